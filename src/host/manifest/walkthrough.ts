import { commandId, INSIGHT_COMMANDS, LISTS_VIEW, type CommandName } from './commands.ts';

interface Step {
  /** Also the name of its picture in media/walkthrough. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What the picture shows. */
  readonly picture: string;
  /** It is done once one of these has happened. */
  readonly done: readonly string[];
  readonly buttons: readonly { readonly label: string; readonly command: string }[];
}

const link = (name: CommandName): string => `command:${commandId(name)}`;
const ran = (name: CommandName): string => `onCommand:${commandId(name)}`;

const STEPS: readonly Step[] = [
  {
    id: 'lists',
    title: 'Open your keyword lists',
    text:
      'Export a list from your keyword tool, as it comes (CSV or Excel), into a folder and open that folder. The ' +
      'Keyword Lists view finds the lists in it and shows what was read.',
    picture: 'Two exported files become two lists with their tool and their number of keywords',
    done: [`onView:${LISTS_VIEW}`],
    buttons: [
      { label: 'Open Folder', command: 'command:vscode.openFolder' },
      { label: 'Show Keyword Lists', command: `command:${LISTS_VIEW}.focus` },
    ],
  },
  {
    id: 'brief',
    title: 'Read a Market Brief',
    text:
      'What to write for, what to avoid and what to do, with the list’s own figures beside every keyword. It needs ' +
      'nothing set up: the built-in analyst computes it on your machine.',
    picture: 'A brief with keywords and the bars of their scores',
    done: INSIGHT_COMMANDS.map(({ name }) => ran(name)),
    buttons: [{ label: 'Market Brief', command: link('marketBrief') }],
  },
  {
    id: 'model',
    title: 'Let a language model write it',
    text:
      'If you like: a token for Hugging Face, a key for OpenAI or Anthropic, a model server on your machine, or VS ' +
      'Code’s own models. Keys stay in VS Code’s secret storage; figures and scores stay the list’s.',
    picture: 'A list, in the middle a key, and a written text with a check mark',
    done: [ran('setHuggingFaceToken'), ran('setProviderKey'), ran('selectModel')],
    buttons: [
      { label: 'Set Hugging Face Token', command: link('setHuggingFaceToken') },
      { label: 'Select Model', command: link('selectModel') },
    ],
  },
  {
    id: 'keep',
    title: 'Rate, find again, take along',
    text:
      'Past insights and your ratings stay in the folder. Teams export them as training data; Show Usage says what ' +
      'they cost.',
    picture: 'Past insights rated well and badly, and a file that is made of them',
    done: [ran('openInsights'), ran('exportTrainingData'), ran('showUsage')],
    buttons: [
      { label: 'Open Insights', command: link('openInsights') },
      { label: 'Show Usage', command: link('showUsage') },
    ],
  },
];

/** The one walkthrough, as package.json wants it. */
export function walkthroughs(word: (key: string, text: string) => string): unknown[] {
  return [
    {
      id: 'start',
      title: word('walkthrough', 'Get Started with LexyBrain'),
      description: word('walkthrough.description', 'From a keyword list to what to write for.'),
      icon: 'media/icon.png',
      steps: STEPS.map(({ id, title, text, picture, done, buttons }) => ({
        id,
        title: word(`walkthrough.${id}`, title),
        description: word(
          `walkthrough.${id}.text`,
          [text, ...buttons.map(({ label, command }) => `[${label}](${command})`)].join('\n'),
        ),
        media: { svg: `media/walkthrough/${id}.svg`, altText: word(`walkthrough.${id}.picture`, picture) },
        completionEvents: done,
      })),
    },
  ];
}

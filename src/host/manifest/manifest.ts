import * as z from 'zod';
import { PROVIDER_CHOICES, SETTINGS, type SettingDefinition } from '../../configuration.ts';
import {
  COMMAND_NAMES,
  COMMANDS,
  INSIGHT_COMMANDS,
  LIST_EXTENSIONS,
  LIST_VIEW_TYPE,
  LISTS_VIEW,
  PANEL_VIEW_TYPE,
  VIEW_CONTAINER,
  commandId,
  type CommandDefinition,
} from './commands.ts';
import { walkthroughs } from './walkthrough.ts';

/** What is generated: the parts of package.json that say what the extension brings, and their words in English. */
export interface Manifest {
  readonly parts: Readonly<Record<string, unknown>>;
  readonly words: Readonly<Record<string, string>>;
}

const SUBMENU = 'lexybrain.insights';
const FILE_MENU = `resourceExtname =~ /^\\.(${LIST_EXTENSIONS.join('|')})$/i`;

/** Makes the manifest from the tables of commands and settings. */
export function buildManifest(): Manifest {
  const words: Record<string, string> = {};
  const word = (key: string, text: string): string => {
    words[key] = text;
    return `%${key}%`;
  };
  const contributes = {
    commands: commands(word),
    submenus: [{ id: SUBMENU, label: word('submenu.insights', 'LexyBrain') }],
    menus: menus(),
    viewsContainers: {
      activitybar: [
        { id: VIEW_CONTAINER, title: word('view.container', 'LexyBrain'), icon: 'media/activity-bar.svg' },
      ],
    },
    views: {
      [VIEW_CONTAINER]: [
        {
          id: LISTS_VIEW,
          name: word('view.lists', 'Keyword Lists'),
          contextualTitle: word('view.container', 'LexyBrain'),
          icon: 'media/activity-bar.svg',
        },
      ],
    },
    viewsWelcome: viewsWelcome(word),
    walkthroughs: walkthroughs(word),
    customEditors: [
      {
        viewType: LIST_VIEW_TYPE,
        displayName: word('editor.listPreview', 'Keyword List Preview'),
        selector: LIST_EXTENSIONS.map((extension) => ({ filenamePattern: `*.${extension}` })),
        priority: 'option',
      },
    ],
    configuration: {
      title: 'LexyBrain',
      properties: Object.fromEntries(
        Object.values(SETTINGS as Readonly<Record<string, SettingDefinition>>).map((setting, order) => [
          `lexybrain.${setting.key}`,
          property(setting, order, word),
        ]),
      ),
    },
  };
  return {
    parts: {
      categories: ['AI', 'Data Science', 'Other'],
      keywords: ['keyword research', 'etsy', 'amazon', 'listing', 'seo'],
      icon: 'media/icon.png',
      galleryBanner: { color: '#1F2A44', theme: 'dark' },
      extensionKind: ['workspace'],
      activationEvents: [`onWebviewPanel:${PANEL_VIEW_TYPE}`],
      capabilities: {
        untrustedWorkspaces: {
          supported: 'limited',
          description: word(
            'capabilities.untrusted',
            'Insights work with your own settings. Settings, instructions and past insights of the workspace are not used until you trust it.',
          ),
          restrictedConfigurations: Object.values(SETTINGS as Readonly<Record<string, SettingDefinition>>)
            .filter(({ restricted }) => restricted === true)
            .map(({ key }) => `lexybrain.${key}`),
        },
        virtualWorkspaces: {
          supported: 'limited',
          description: word(
            'capabilities.virtual',
            'Keyword lists are read; insights are logged in the storage of VS Code instead of the folder.',
          ),
        },
      },
      contributes,
    },
    words: Object.fromEntries(Object.entries(words).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

type Word = (key: string, text: string) => string;

function commands(word: Word): unknown[] {
  return COMMAND_NAMES.map((name) => {
    const definition: CommandDefinition = COMMANDS[name];
    return {
      command: commandId(name),
      category: 'LexyBrain',
      title: word(`command.${name}`, definition.title),
      ...(definition.icon === undefined ? {} : { icon: definition.icon }),
    };
  });
}

/** What stands in the Keyword Lists view while it has no lists. */
function viewsWelcome(word: Word): unknown[] {
  const pick = `command:${commandId('marketBrief')}?${encodeURIComponent(JSON.stringify([{ pick: true }]))}`;
  const setting = encodeURIComponent(JSON.stringify(['lexybrain.lists.include']));
  return [
    {
      view: LISTS_VIEW,
      when: 'workspaceFolderCount == 0',
      contents: word(
        'welcome.noFolder',
        'Open the folder that holds your keyword lists.\n[Open Folder](command:vscode.openFolder)\n' +
          `Or read a market from one file, or from keywords on the clipboard.\n[Choose a List…](${pick})`,
      ),
    },
    {
      view: LISTS_VIEW,
      when: 'workspaceFolderCount != 0',
      contents: word(
        'welcome.noLists',
        'No keyword list was found here. Export one from your keyword tool into this folder (CSV or Excel, as it ' +
          'comes) or save keywords as a text file, one a line: it appears by itself.\n' +
          `[Choose a List Elsewhere…](${pick})\n` +
          `A list is missing? See [which files are shown](command:workbench.action.openSettings?${setting}).`,
      ),
    },
  ];
}

function menus(): Record<string, unknown> {
  const isList = `view == ${LISTS_VIEW} && viewItem == lexybrain.list`;
  const isFile = `view == ${LISTS_VIEW} && viewItem =~ /^lexybrain\\.(list|unreadable)$/`;
  const preview = commandId('previewList');
  const insights = INSIGHT_COMMANDS.map(({ name }, index) => ({
    command: commandId(name),
    group: `insights@${index + 1}`,
  }));
  return {
    [SUBMENU]: [...insights, { command: preview, group: 'list@1' }],
    'explorer/context': [
      { submenu: SUBMENU, group: '7_modification@9', when: `!explorerResourceIsFolder && ${FILE_MENU}` },
    ],
    'editor/context': [
      { submenu: SUBMENU, group: '9_lexybrain', when: `editorHasSelection || ${FILE_MENU}` },
    ],
    'view/title': [
      { command: commandId('refreshLists'), group: 'navigation@1', when: `view == ${LISTS_VIEW}` },
      { command: commandId('openInsights'), group: 'insights@1', when: `view == ${LISTS_VIEW}` },
    ],
    'view/item/context': [
      { command: preview, group: 'inline@1', when: isList },
      { command: commandId('marketBrief'), group: 'inline@2', when: isList },
      ...INSIGHT_COMMANDS.map(({ name }, index) => ({
        command: commandId(name),
        group: `1_insights@${index + 1}`,
        when: isList,
      })),
      { command: preview, group: '2_list@1', when: isFile },
      { command: commandId('chooseColumns'), group: '2_list@2', when: isFile },
    ],
    'editor/title': [
      {
        command: commandId('marketBrief'),
        group: 'navigation@1',
        when: `activeCustomEditorId == ${LIST_VIEW_TYPE}`,
      },
    ],
    'editor/title/context': [{ submenu: SUBMENU, group: '9_lexybrain', when: FILE_MENU }],
  };
}

function property(setting: SettingDefinition, order: number, word: Word): Record<string, unknown> {
  const choices = setting.key === 'provider' ? PROVIDER_CHOICES : undefined;
  const unit = setting.unit === undefined ? '' : ` Unit: ${setting.unit}.`;
  return {
    ...(choices === undefined ? typeOf(setting) : { type: 'string', enum: choices }),
    default: setting.default,
    scope: setting.scope,
    order,
    markdownDescription: word(`setting.${setting.key}`, setting.description + unit),
    ...(setting.enumDescriptions === undefined
      ? {}
      : {
          markdownEnumDescriptions: setting.enumDescriptions.map((text, index) =>
            word(`setting.${setting.key}.${choices?.[index] ?? index}`, text),
          ),
        }),
    ...(setting.usesOnlineServices === true ? { tags: ['usesOnlineServices'] } : {}),
  };
}

/** The JSON Schema of a setting, in the form that the settings editor has controls for. */
function typeOf(setting: SettingDefinition): Record<string, unknown> {
  return simplify(z.toJSONSchema(setting.schema, { io: 'input' }));
}

/** "number or null" as one type, which the settings editor shows as a field; no bounds that only mean "an integer". */
function simplify(schema: Record<string, unknown>): Record<string, unknown> {
  const { anyOf, ...rest } = schema;
  if (Array.isArray(anyOf)) {
    const branches = anyOf as Record<string, unknown>[];
    const merged: Record<string, unknown> = Object.assign({}, ...branches.map(simplify)) as Record<
      string,
      unknown
    >;
    return { ...merged, type: branches.map(({ type }) => type) };
  }
  return Object.fromEntries(
    Object.entries(rest).filter(
      ([key, value]) => key !== '$schema' && Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER,
    ),
  );
}

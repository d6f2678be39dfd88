import * as vscode from 'vscode';
import { FORMATS } from '../training/formats/index.ts';
import { timeOf } from '../training/select.ts';
import { EXTRAS, type TrainingFilter } from '../training/types.ts';
import type { UserIds } from '../store/types.ts';
import type { Answer, Choice, Dialogs, Step } from './dialogs.ts';

/** What a user wants exported. */
export interface ExportWish {
  /** The `.lexybrain` folder. */
  readonly folder: string;
  readonly filter: TrainingFilter;
  /** Id of a format. */
  readonly format: string;
  readonly range: Pick<TrainingFilter, 'from' | 'to'>;
  readonly users: UserIds;
}

type Question = (step: Step) => Promise<Answer<Partial<ExportWish>>>;

/** Asks which log, what of it, in which format, from when and with which users. Undefined: the user left. */
export async function askWhatToExport(
  dialogs: Dialogs,
  folders: readonly string[],
): Promise<ExportWish | undefined> {
  const pick =
    <Key extends keyof ExportWish>(
      key: Key,
      placeholder: string,
      choices: readonly Choice<ExportWish[Key]>[],
    ): Question =>
    async (step) => {
      const picked = await dialogs.pickOne({ ...step, placeholder, choices });
      return picked.kind === 'answer' ? { kind: 'answer', value: { [key]: picked.value } } : picked;
    };
  const [folder] = folders;
  const logs = folders.map((value) => ({ label: value, value }));
  const answers = await inTurn(vscode.l10n.t('Export Training Data'), [
    ...(folders.length > 1 ? [pick('folder', vscode.l10n.t('Which log?'), logs)] : []),
    pick('filter', vscode.l10n.t('What shall be in it?'), contents()),
    pick(
      'format',
      vscode.l10n.t('Which format?'),
      FORMATS.map(({ id, label, detail }) => ({ label, detail, value: id })),
    ),
    askRange(dialogs),
    pick('users', vscode.l10n.t('What becomes of user ids? They are random numbers.'), users()),
  ]);
  if (answers === undefined) return undefined;
  const { filter = {}, format = 'jsonl', range = {}, users: mode = 'keep' } = answers;
  return { folder: answers.folder ?? folder ?? '', filter, format, range, users: mode };
}

/** One question after the other; "back" goes to the one before. */
async function inTurn(
  title: string,
  questions: readonly Question[],
): Promise<Partial<ExportWish> | undefined> {
  const given: Partial<ExportWish>[] = [];
  for (let at = 0; at < questions.length;) {
    const answer = await questions[at]?.({
      title,
      step: at + 1,
      totalSteps: questions.length,
      canGoBack: at > 0,
    });
    if (answer === undefined || answer.kind === 'cancelled') return undefined;
    if (answer.kind === 'answer') given[at] = answer.value;
    at += answer.kind === 'back' ? -1 : 1;
  }
  return Object.assign({}, ...given) as Partial<ExportWish>;
}

function contents(): Choice<TrainingFilter>[] {
  return [
    {
      label: vscode.l10n.t('All insights of language models'),
      detail: vscode.l10n.t('without built-in and failed answers and chats over the bridge'),
      value: {},
    },
    { label: vscode.l10n.t('Insights rated 👍'), value: { ratings: ['positive'] } },
    { label: vscode.l10n.t('Insights not rated 👎'), value: { ratings: ['positive', 'neutral', null] } },
    {
      label: vscode.l10n.t('Insights rated 👍 or 👎'),
      detail: vscode.l10n.t('for ratings (KTO)'),
      value: { ratings: ['positive', 'negative'] },
    },
    {
      label: vscode.l10n.t('Everything'),
      detail: vscode.l10n.t('with built-in and failed answers and chats over the bridge'),
      value: { include: EXTRAS },
    },
  ];
}

function users(): Choice<UserIds>[] {
  return [
    {
      label: vscode.l10n.t('Number them'),
      detail: vscode.l10n.t('user-1, user-2, … in this file'),
      value: 'pseudonymise',
    },
    { label: vscode.l10n.t('Leave them out'), value: 'drop' },
    { label: vscode.l10n.t('Keep them'), value: 'keep' },
  ];
}

const DAY_MS = 24 * 60 * 60 * 1000;

function askRange(dialogs: Dialogs): Question {
  const daysBack = (days: number): Choice<ExportWish['range'] | null> => ({
    label: vscode.l10n.t('The last {0} days', days),
    value: { from: new Date(Date.now() - days * DAY_MS).toISOString() },
  });
  return async (step) => {
    const picked = await dialogs.pickOne<ExportWish['range'] | null>({
      ...step,
      placeholder: vscode.l10n.t('From when?'),
      choices: [
        { label: vscode.l10n.t('All time'), value: {} },
        ...[7, 30, 90].map(daysBack),
        { label: vscode.l10n.t('From … to …'), value: null },
      ],
    });
    if (picked.kind !== 'answer') return picked;
    if (picked.value !== null) return { kind: 'answer', value: { range: picked.value } };
    const typed = await dialogs.input({
      ...step,
      canGoBack: true,
      prompt: vscode.l10n.t('First and last day (UTC)'),
      placeholder: '2026-01-01 2026-03-31',
      check: (text) => {
        try {
          rangeOf(text);
          return null;
        } catch {
          return { severity: 'error', text: vscode.l10n.t('Write it as 2026-01-01 2026-03-31.') };
        }
      },
    });
    if (typed.kind === 'back') return askRange(dialogs)(step);
    return typed.kind === 'answer' ? { kind: 'answer', value: { range: rangeOf(typed.value) } } : typed;
  };
}

/** Two days as a range. Throws when there are not exactly two. */
function rangeOf(text: string): ExportWish['range'] {
  const [from, to, ...others] = text.trim().split(/[\s,–]+/);
  if (from === undefined || to === undefined || others.length > 0) throw new RangeError(text);
  return { from: timeOf(from, 'from'), to: timeOf(to, 'to') };
}

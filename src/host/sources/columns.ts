import * as vscode from 'vscode';
import {
  COLUMN_FIELDS,
  COMPETITION_KINDS,
  DEMAND_KINDS,
  type ColumnField,
  type ColumnGuess,
  type ColumnMapping,
} from '../../keywords/types.ts';
import { PANEL_STRINGS } from '../../protocol/strings.ts';
import type { Choice, Dialogs, Divider } from '../dialogs.ts';
import type { Memory } from '../memory.ts';

/** The id of lists read from a table that no format knows. */
export const UNKNOWN_TABLE = 'table';

type Line = ColumnField | 'demandKind' | 'competitionKind';

/** Which columns hold what in tables that no format knows: remembered by their header, or confirmed by the user. */
export class Columns implements vscode.Disposable {
  readonly #memory: Memory;
  readonly #dialogs: () => Dialogs;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Tables of some header are to be read differently from now on. */
  readonly onDidChange = this.#changed.event;

  constructor(memory: Memory, dialogs: () => Dialogs) {
    this.#memory = memory;
    this.#dialogs = dialogs;
  }

  remembered(guess: ColumnGuess): ColumnMapping | undefined {
    return this.#memory.columns(guess.headerKey);
  }

  /**
   * How to read such a table: as remembered, else as the user says, who is asked once for a header and confirms the
   * guess with Enter. Throws a CancellationError when the user leaves.
   */
  async decide(guess: ColumnGuess, name: string): Promise<ColumnMapping> {
    const remembered = this.remembered(guess);
    if (remembered !== undefined) return remembered;
    const mapping = await this.ask(guess, name);
    if (mapping === undefined) throw new vscode.CancellationError();
    return mapping;
  }

  /** Asks, and remembers the answer; undefined when the user leaves. */
  async ask(guess: ColumnGuess, name: string): Promise<ColumnMapping | undefined> {
    let mapping = this.remembered(guess) ?? guess.mapping;
    for (;;) {
      const picked = await this.#dialogs().pickOne<'done' | Line>({
        title: vscode.l10n.t('Columns of {0}', name),
        placeholder: vscode.l10n.t('Is the table read right? Enter confirms; pick a line to change it.'),
        choices: overview(guess, mapping),
      });
      if (picked.kind !== 'answer') return undefined;
      if (picked.value === 'done') break;
      mapping = await this.#change(guess, mapping, picked.value, name);
    }
    await this.#memory.rememberColumns(guess.headerKey, mapping);
    this.#changed.fire();
    return mapping;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** The mapping with one line picked anew; as it was when the user goes back. */
  async #change(
    guess: ColumnGuess,
    mapping: ColumnMapping,
    line: Line,
    name: string,
  ): Promise<ColumnMapping> {
    const step = { title: vscode.l10n.t('Columns of {0}', name), canGoBack: true };
    if (line === 'demandKind' || line === 'competitionKind') {
      const picked = await this.#dialogs().pickOne<string | null>({
        ...step,
        placeholder: labelOf(line),
        choices: kindChoices(line),
      });
      return picked.kind === 'answer' ? withValue(mapping, line, picked.value) : mapping;
    }
    const others = guess.columns.filter((column) => line === 'term' || column !== mapping.term);
    const choices: Choice<string | null>[] = others.map((column) => ({
      label: column === mapping[line] ? `$(check) ${column}` : column,
      description: sampleOf(guess, column),
      value: column,
    }));
    if (line !== 'term') choices.push({ label: vscode.l10n.t('None'), value: null, alwaysShow: true });
    const placeholder = vscode.l10n.t('Which column is it? {0}', labelOf(line));
    const picked = await this.#dialogs().pickOne<string | null>({ ...step, placeholder, choices });
    return picked.kind === 'answer' ? withValue(mapping, line, picked.value) : mapping;
  }
}

function overview(guess: ColumnGuess, mapping: ColumnMapping): (Choice<'done' | Line> | Divider)[] {
  const lines: Line[] = COLUMN_FIELDS.flatMap((field): Line[] => {
    const kind = field === 'demand' || field === 'competition' ? (`${field}Kind` as const) : undefined;
    return kind === undefined || mapping[field] === undefined ? [field] : [field, kind];
  });
  return [
    {
      label: `$(check) ${vscode.l10n.t('Read It So')}`,
      description: vscode.l10n.t('remembered for tables with the same header'),
      value: 'done',
      alwaysShow: true,
    },
    { label: vscode.l10n.t('Columns'), kind: vscode.QuickPickItemKind.Separator },
    ...lines.map((line): Choice<Line> => ({
      label: labelOf(line),
      ...toldOf(guess, mapping, line),
      value: line,
    })),
  ];
}

function toldOf(
  guess: ColumnGuess,
  mapping: ColumnMapping,
  line: Line,
): { readonly description: string; readonly detail?: string } {
  const value = mapping[line];
  if (line === 'demandKind' || line === 'competitionKind') {
    const known = kindChoices(line).find((choice) => choice.value === (value ?? null));
    return { description: known?.label ?? '' };
  }
  if (value === undefined) return { description: vscode.l10n.t('none') };
  return { description: value, detail: sampleOf(guess, value) };
}

/** The mapping with one line set. A column is one thing only: another line that had it loses it. */
function withValue(mapping: ColumnMapping, line: Line, value: string | null): ColumnMapping {
  const isKind = line === 'demandKind' || line === 'competitionKind';
  const kept = Object.entries(mapping).filter(
    ([key, column]) => key !== line && (isKind || key === 'term' || key.endsWith('Kind') || column !== value),
  );
  return Object.fromEntries(value === null ? kept : [...kept, [line, value]]) as unknown as ColumnMapping;
}

const sampleOf = (guess: ColumnGuess, column: string): string =>
  guess.sample
    .map((cells) => cells[guess.columns.indexOf(column)] ?? '')
    .filter((cell) => cell.trim() !== '')
    .slice(0, 3)
    .join(' · ');

function kindChoices(line: 'demandKind' | 'competitionKind'): Choice<string | null>[] {
  const kinds =
    line === 'demandKind'
      ? DEMAND_KINDS.map((kind) => ({ label: PANEL_STRINGS[`figure.demand.${kind}`], value: kind }))
      : COMPETITION_KINDS.map((kind) => ({
          label: PANEL_STRINGS[`figure.competition.${kind}`],
          value: kind,
        }));
  return [
    { label: vscode.l10n.t('as the column’s name says'), value: null },
    ...kinds.map(({ label, value }) => ({ label: vscode.l10n.t(label), value })),
  ];
}

function labelOf(line: Line): string {
  switch (line) {
    case 'term':
      return vscode.l10n.t('Keyword');
    case 'demand':
      return vscode.l10n.t('Demand');
    case 'demandKind':
      return vscode.l10n.t('What demand is');
    case 'competition':
      return vscode.l10n.t('Competition');
    case 'competitionKind':
      return vscode.l10n.t('What competition is');
    case 'trend':
      return vscode.l10n.t('Trend');
    case 'cpc':
      return vscode.l10n.t('Cost per click');
    case 'clicks':
      return vscode.l10n.t('Clicks');
    case 'engagement':
      return vscode.l10n.t('Click rate');
  }
}

import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { LexyBrainError, messageOf } from '../../errors.ts';
import type { InsightResult, ModelPick, PartialResult, Stage } from '../../generation/types.ts';
import type { InsightTypeId } from '../../insights/catalogue.ts';
import type { PanelView } from '../../protocol/messages.ts';
import type { InsightMaker } from './maker.ts';
import type { ShownResult, Subject } from './subject.ts';

/** Two models on one request, side by side in an order of chance, and unnamed until the user has picked. */
export interface ComparisonTab {
  readonly kind: 'comparison';
  readonly id: string;
  readonly sides: readonly [Side, Side];
  /** The better answer, once the user has said. */
  readonly picked: 0 | 1 | null;
  readonly controller: AbortController;
}

type Side =
  | { readonly kind: 'running'; readonly stage: Stage; readonly partial: PartialResult | null }
  | { readonly kind: 'answered'; readonly shown: ShownResult }
  | { readonly kind: 'failed'; readonly message: string };

const WAITING: Extract<Side, { kind: 'running' }> = { kind: 'running', stage: 'reading', partial: null };

/**
 * Asks both, after the user agreed to both, and shows how it goes. A side that fails does not end the other.
 * Throws what is wrong before anybody is asked, and `cancelled`.
 */
export async function runComparison(ports: {
  readonly maker: InsightMaker;
  readonly subject: Subject;
  readonly type: InsightTypeId;
  readonly picks: readonly [ModelPick, ModelPick];
  readonly show: (tab: ComparisonTab) => void;
}): Promise<ComparisonTab> {
  const { maker, subject, type, show } = ports;
  const controller = new AbortController();
  const { signal } = controller;
  const [one, other] = ports.picks;
  const picks = randomInt(2) === 0 ? [one, other] : [other, one];
  let tab: ComparisonTab = {
    kind: 'comparison',
    id: uuidv7(),
    sides: [WAITING, WAITING],
    picked: null,
    controller,
  };
  const update = (at: number, side: Side): void => {
    const [left, right] = tab.sides;
    tab = { ...tab, sides: at === 0 ? [side, right] : [left, side] };
    show(tab);
  };
  show(tab);
  const prepared = [];
  for (const pick of picks) {
    const options = { pick, comparisonId: tab.id };
    prepared.push(await maker.prepare(subject, type, options, { signal, onRoute: () => undefined }));
  }
  await Promise.all(
    prepared.map(async (each, at) => {
      let side: Side = { ...WAITING, stage: 'waiting' };
      const progress = (change: Partial<Extract<Side, { kind: 'running' }>>): void => {
        if (side.kind !== 'running') return;
        side = { ...side, ...change };
        update(at, side);
      };
      const recorded = Promise.withResolvers<boolean>();
      try {
        const shown = await maker.answer(each, {
          signal,
          onStage: (stage) => progress({ stage }),
          onPartial: (partial) => progress({ partial }),
          onRecorded: recorded.resolve,
        });
        // A pick refers to the answers by their ids in the log, so both have to be in there.
        const logFolder = (await recorded.promise) ? shown.logFolder : null;
        side = { kind: 'answered', shown: { ...shown, logFolder } };
      } catch (error) {
        if (signal.aborted) throw new LexyBrainError('cancelled', 'Cancelled.', { cause: error });
        side = { kind: 'failed', message: LexyBrainError.is(error) ? error.toUserText() : messageOf(error) };
      }
      update(at, side);
    }),
  );
  return tab;
}

/** What a pick has to say, or null while there is nothing to pick between. */
export function pickOf(
  { id, sides, picked }: ComparisonTab,
  better: 0 | 1,
): { folder: string; comparisonId: string; chosen: string; rejected: string } | null {
  const [left, right] = sides;
  if (picked !== null || left.kind !== 'answered' || right.kind !== 'answered') return null;
  if (left.shown.logFolder === null || right.shown.logFolder === null) return null;
  const ids = [left.shown.result.id, right.shown.result.id] as const;
  return {
    folder: left.shown.logFolder,
    comparisonId: id,
    chosen: ids[better],
    rejected: ids[better === 0 ? 1 : 0],
  };
}

/** The answers of which nobody may see yet who gave them. */
export function hiddenAnswers(tab: ComparisonTab): ReadonlySet<string> {
  if (isRevealed(tab)) return new Set();
  return new Set(tab.sides.flatMap((side) => (side.kind === 'answered' ? [side.shown.result.id] : [])));
}

export function comparisonView(tab: ComparisonTab): Extract<PanelView, { kind: 'comparison' }> {
  const revealed = isRevealed(tab);
  const [left, right] = tab.sides.map((side) => {
    if (side.kind === 'running') {
      const { stage, partial } = side;
      return { kind: side.kind, stage, partial: partial && { ...partial, rows: [...partial.rows] } };
    }
    if (side.kind === 'failed') return side;
    const { result } = side.shown;
    return { kind: side.kind, result: revealed ? result : unnamed(result) };
  });
  if (left === undefined || right === undefined) throw new RangeError('A comparison has two sides.');
  return {
    kind: 'comparison',
    sides: [left, right],
    picked: tab.picked,
    revealed,
    pickable: pickOf(tab, 0) !== null,
  };
}

/** Once picked; and where a side failed, so that there is nothing to pick. */
function isRevealed({ picked, sides }: ComparisonTab): boolean {
  const ended = sides.every(({ kind }) => kind !== 'running');
  return picked !== null || (ended && sides.some(({ kind }) => kind === 'failed'));
}

/** Without whatever tells who answered, its cost and time included. */
function unnamed(result: InsightResult): InsightResult {
  return {
    ...result,
    model: { provider: '', id: '', servedBy: null, computed: false },
    usage: { tokensIn: 0, tokensOut: 0, estimated: false, costNanoUsd: null, priceSource: null },
    timing: { latencyMs: 0, firstTokenMs: null },
    structure: 'schema',
    attempts: 1,
  };
}

import { LexyBrainError } from '../errors.ts';
import { parseDraft } from '../insights/check.ts';
import { groundAnswer, type Evidence, type GroundedAnswer } from './answer.ts';
import { turn } from '../providers/turns.ts';
import { asFailure, callModel, type CallPorts } from './call.ts';
import type { Attempt } from './record.ts';
import type { GenerateHooks } from './types.ts';
import type { Way } from './way.ts';

/** An answer that stands, and the attempt that gave it. */
export interface ChosenAnswer {
  readonly grounded: GroundedAnswer;
  /** Its unfinished last item was left out. */
  readonly truncated: boolean;
  readonly attempt: Attempt;
}

/** What came of asking: every attempt, and either the answer that stands or why there is none. */
export interface Asked {
  readonly attempts: readonly Attempt[];
  readonly warnings: readonly string[];
  readonly outcome: ChosenAnswer | LexyBrainError;
}

/**
 * Asks the model, and once more, stricter and with the errors named, when its answer cannot be used or presents terms
 * that are not in the list. The better of the two answers stands, without its strangers.
 */
export async function ask(
  way: Way,
  evidence: Evidence,
  ports: CallPorts,
  hooks: GenerateHooks,
): Promise<Asked> {
  const attempts: Attempt[] = [];
  const warnings = new Set<string>();
  let best: ChosenAnswer | null = null;
  let errors: readonly string[] | null = null;
  let failure: LexyBrainError | null = null;
  while (attempts.length < 2) {
    if (errors !== null) hooks.onStage?.('asking-again');
    await turn();
    const called = await callModel(way, evidence, errors, ports, hooks);
    if (called.warning !== null) warnings.add(called.warning);
    failure = called.failure;
    if (called.attempt === null || called.response === null) {
      if (called.attempt !== null) attempts.push(called.attempt);
      break;
    }
    hooks.onStage?.('checking');
    await turn();
    const { completion, finishReason } = called.response;
    const parsed = parseDraft(way.type, completion, finishReason);
    if ('errors' in parsed) {
      if (finishReason === 'content_filter') {
        // Asked again it would refuse again, and be paid for twice.
        const refused = stoppedByFilter(way, completion);
        attempts.push(unusable(called.attempt, refused.message));
        return { attempts, warnings: [...warnings], outcome: refused };
      }
      ({ errors } = parsed);
      attempts.push(unusable(called.attempt, errors[0] ?? 'The answer is not of the right form.'));
      continue;
    }
    const computed = way.destination.route.provider === 'builtin';
    const grounded = await groundAnswer(way.type, parsed.draft, evidence, { computed }).catch(
      (error: unknown) => asFailure(error, hooks.signal),
    );
    if (LexyBrainError.is(grounded)) {
      // The list is out of reach: no answer can be held against it, but this one was paid for and is logged.
      attempts.push(unusable(called.attempt, grounded.message));
      return { attempts, warnings: [...warnings], outcome: grounded };
    }
    const attempt = { ...called.attempt, output: grounded.draft };
    const chosen = { grounded, truncated: parsed.truncated, attempt };
    if (grounded.dropped.length > 0) errors = [notInList(grounded.dropped)];
    if (grounded.grounded === 0 && grounded.claimed > 0) {
      attempts.push(unusable(called.attempt, 'None of its keywords is in the list.'));
    } else if (best === null || isBetter(grounded, best.grounded)) {
      attempts.push(attempt);
      best = chosen;
    } else {
      attempts.push(
        unusable(called.attempt, 'The first answer had fewer keywords that are not in the list.'),
      );
    }
    if (grounded.dropped.length === 0) break;
  }
  // The first answer stands also when the second could not be had; but a cancel is a cancel.
  if (best !== null && !LexyBrainError.is(failure, 'cancelled')) {
    return { attempts, warnings: [...warnings], outcome: best };
  }
  return { attempts, warnings: [...warnings], outcome: failure ?? noUsableAnswer(way, attempts) };
}

function isBetter(one: GroundedAnswer, other: GroundedAnswer): boolean {
  if (one.grounded !== other.grounded) return one.grounded > other.grounded;
  return one.dropped.length < other.dropped.length;
}

function notInList(dropped: readonly string[]): string {
  const named = dropped.slice(0, 10).map((term) => JSON.stringify(term));
  return `These are not in the list: ${named.join(', ')}. Copy keywords exactly as they stand in the list.`;
}

/** The attempt, its answer kept as it came and marked as of no use. */
function unusable(attempt: Attempt, why: string): Attempt {
  return { ...attempt, success: false, error: new LexyBrainError('provider-answer', why) };
}

function stoppedByFilter({ destination }: Way, rawAnswer: string): LexyBrainError {
  return new LexyBrainError(
    'provider-refused',
    `${destination.route.model} was stopped by its filter in the middle of the answer.`,
    { advice: 'Look over the list and the product, or pick another model.', rawAnswer },
  );
}

function noUsableAnswer({ destination }: Way, attempts: readonly Attempt[]): LexyBrainError {
  const { model } = destination.route;
  const last = attempts.at(-1);
  return new LexyBrainError(
    'provider-answer',
    `${model} gave no usable answer: ${last?.error?.message ?? 'it is not of the right form.'}`,
    {
      advice: 'Ask again, or pick a larger model. What it said can be looked at.',
      ...(typeof last?.output === 'string' ? { rawAnswer: last.output } : {}),
    },
  );
}

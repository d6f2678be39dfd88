import { LexyBrainError, type ErrorReason } from '../errors.ts';
import type { Route } from './routing.ts';

/**
 * For what another model is asked: whoever was chosen cannot be reached, is overloaded or too slow, refuses by rate, or
 * does not have the model any more. Not for what the user has to mend (a key, a price, the cap), and not for an answer
 * that was of no use: that is a matter of the model, which the user shall see.
 */
const REASONS: ReadonlySet<ErrorReason> = new Set<ErrorReason>([
  'provider-network',
  'provider-timeout',
  'provider-unavailable',
  'provider-loading',
  'provider-rate-limited',
  'provider-model-unknown',
]);

export interface FailedRoute {
  readonly route: Route;
  readonly error: LexyBrainError;
}

export function canFallBack(error: LexyBrainError): boolean {
  return REASONS.has(error.reason);
}

/** Who failed before this answer, and why: stands in every result of a fallback. Null when the first one answered. */
export function fallbackNote(failures: readonly FailedRoute[]): string | null {
  if (failures.length === 0) return null;
  return `A fallback answered in place of ${failures.map(words).join('; and of ')}`;
}

/** The failure of the user's own choice, and who else was asked in vain. A cancel is a cancel. */
export function failureOfAll(failures: readonly FailedRoute[]): LexyBrainError {
  const [first, ...others] = failures;
  const last = others.at(-1);
  if (first === undefined) throw new RangeError('Nobody has failed.');
  if (last === undefined) return first.error;
  if (LexyBrainError.is(last.error, 'cancelled')) return last.error;
  const { reason, message, advice, status } = first.error;
  const also = others.map(words).join('; ');
  return new LexyBrainError(reason, `${message} Asked in its place, in vain: ${also}`, {
    cause: first.error,
    ...(advice === undefined ? {} : { advice }),
    ...(status === undefined ? {} : { status }),
  });
}

function words({ route, error }: FailedRoute): string {
  return `${route.providerLabel}, ${route.model}: ${error.message}`;
}

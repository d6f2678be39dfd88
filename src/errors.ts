/**
 * Every failure a user can meet. The reason is what code branches on; the words are for people.
 * `host/` and `cli/` decide from the reason which buttons or exit code go with it.
 */
export const ERROR_REASONS = [
  'disabled',
  'cancelled',
  'list-missing',
  'list-empty',
  'list-binary',
  'list-no-keywords',
  'list-refused',
  'list-too-large',
  'list-damaged',
  'invalid-request',
  'budget-missing',
  'token-missing',
  'secrets-unavailable',
  'provider-unknown',
  'provider-deprecated',
  'provider-unauthorized',
  'provider-forbidden',
  'provider-payment',
  'provider-model-unknown',
  'provider-bad-request',
  'provider-rate-limited',
  'provider-quota',
  'provider-unavailable',
  'provider-loading',
  'provider-timeout',
  'provider-network',
  'provider-refused',
  'provider-answer',
  'price-unknown',
  'cost-cap',
  'quota',
  'ledger',
  'store',
] as const;

export type ErrorReason = (typeof ERROR_REASONS)[number];

export interface LexyBrainErrorOptions {
  /** What the user can do about it: one or two sentences. */
  readonly advice?: string;
  readonly cause?: unknown;
  /** HTTP status of the provider's answer, if there was one. */
  readonly status?: number;
  /** What the model said when it could not be used, redacted; kept so that the user can look at it. */
  readonly rawAnswer?: string;
  /** After which it may help to ask again, ms; undefined where that is not known, or waiting does not help. */
  readonly retryAfterMs?: number;
  /** Of a connection that failed: whether the request may have reached the model, and so may be billed. */
  readonly mayBeBilled?: boolean;
}

/** An error in the user's words: what happened (`message`) and what to do (`advice`). Never holds a key. */
export class LexyBrainError extends Error {
  override readonly name = 'LexyBrainError';
  readonly reason: ErrorReason;
  readonly advice: string | undefined;
  readonly status: number | undefined;
  readonly rawAnswer: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly mayBeBilled: boolean | undefined;

  constructor(reason: ErrorReason, message: string, options: LexyBrainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.advice = options.advice;
    this.status = options.status;
    this.rawAnswer = options.rawAnswer;
    this.retryAfterMs = options.retryAfterMs;
    this.mayBeBilled = options.mayBeBilled;
  }

  /** True for a LexyBrainError, and for one of the given reasons if any are named. */
  static is(error: unknown, ...reasons: readonly ErrorReason[]): error is LexyBrainError {
    return error instanceof LexyBrainError && (reasons.length === 0 || reasons.includes(error.reason));
  }

  /** The message and the advice as one text. */
  toUserText(): string {
    if (this.advice === undefined) return this.message;
    // What a provider said, and the words people search for, may have no full stop.
    return `${this.message}${/[.!?…:]["”’)]?$/.test(this.message) ? '' : '.'} ${this.advice}`;
  }
}

/** The words of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

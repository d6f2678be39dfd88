import { v7 as uuidv7 } from 'uuid';
import { LexyBrainError, messageOf } from '../errors.ts';
import { buildPrompt } from '../insights/prompt.ts';
import { estimateTokens } from '../providers/tokens.ts';
import type { LexyBrainProviderRequest, LexyBrainProviderResponse, Log, Usage } from '../providers/types.ts';
import { wireSchema } from '../providers/wire-schema.ts';
import type { Evidence } from './answer.ts';
import type { Ledger } from './ledger.ts';
import { CallGuard, capWarning } from './money.ts';
import { PartialStream } from './partials.ts';
import type { Attempt } from './record.ts';
import type { Limits } from './routing.ts';
import type { GenerateHooks } from './types.ts';
import type { Way } from './way.ts';

export interface CallPorts {
  readonly limits: () => Limits;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly now: () => Date;
}

/** One call to a model: its answer or its failure, and what is logged of it. */
export interface Called {
  /** Null when nothing was sent: then there is nothing to log but the failure. */
  readonly attempt: Attempt | null;
  readonly response: LexyBrainProviderResponse | null;
  readonly failure: LexyBrainError | null;
  /** Said before the day's cost cap is reached. */
  readonly warning: string | null;
}

/**
 * Calls the model once (the provider's own retries are part of it), with its money guarded. `errors`: what was wrong
 * with the first answer, null for the first. Never rejects: a failure is a result.
 */
export async function callModel(
  way: Way,
  evidence: Evidence,
  errors: readonly string[] | null,
  ports: CallPorts,
  hooks: GenerateHooks,
): Promise<Called> {
  const { type, destination, request } = way;
  const { route, provider } = destination;
  const { prompt, system, temperature, max_tokens } = buildPrompt(type, request.input, evidence.digest, {
    ...(errors === null ? {} : { strict: { errors } }),
    ...(evidence.sample === undefined ? {} : { sample: evidence.sample }),
  });
  const providerRequest: LexyBrainProviderRequest = {
    prompt,
    system,
    temperature,
    max_tokens,
    model: route.model,
    schema: { name: type.id, schema: type.draftSchema },
    terms: evidence.digest.terms,
  };
  const guard = new CallGuard({
    ledger: ports.ledger,
    destination,
    limits: ports.limits(),
    quotaKey: errors === null ? type.quotaKey : null,
    request: providerRequest,
    estimate: () => estimatedUsage(providerRequest, ''),
    signal: hooks.signal,
    log: ports.log,
  });
  const partials = new PartialStream(type, evidence, (partial) => hooks.onPartial?.(partial));
  const startedAt = ports.now();
  const elapsed = (): number => ports.now().getTime() - startedAt.getTime();
  let firstTokenMs: number | null = null;
  let thoughts = '';
  const common = { id: uuidv7({ msecs: startedAt.getTime() }), prompt, system, at: startedAt };
  if (errors === null) hooks.onStage?.('waiting');
  try {
    const response = await provider.generate(providerRequest, {
      ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
      beforeAttempt: guard.beforeAttempt,
      onText: (piece) => {
        if (firstTokenMs === null) {
          firstTokenMs = elapsed();
          if (errors === null) hooks.onStage?.('answering');
        }
        partials.push(piece);
      },
      onThought: (piece) => (thoughts += piece),
      onRestart: partials.restart,
      compute: () => request.list.analyse(type.id, evidence.view, request.input),
    });
    const latencyMs = elapsed();
    const usage = response.usage ?? estimatedUsage(providerRequest, response.completion);
    const { price, nano, status } = await guard.settle(usage, response.servedBy ?? null);
    return {
      attempt: {
        ...common,
        output: response.completion,
        success: true,
        model: response.model,
        servedBy: response.servedBy ?? null,
        latencyMs,
        firstTokenMs: response.firstTokenMs ?? firstTokenMs,
        usage,
        price,
        costNanoUsd: nano,
        finishReason: response.finishReason ?? null,
        structure: response.structure ?? null,
        error: null,
      },
      response,
      failure: null,
      warning: capWarning(status),
    };
  } catch (error) {
    const failure = asFailure(error, hooks.signal);
    const latencyMs = elapsed();
    const response = null;
    if (!guard.sent) return { attempt: null, response, failure, warning: null };
    const output = failure.rawAnswer ?? partials.text;
    const { usage, cost } = await guard.settleFailed(failure, output + thoughts, () =>
      estimatedUsage(providerRequest, output, thoughts),
    );
    return {
      attempt: {
        ...common,
        output,
        success: false,
        model: route.model,
        servedBy: null,
        latencyMs,
        firstTokenMs,
        usage,
        price: cost.price,
        costNanoUsd: cost.nano,
        finishReason: null,
        structure: null,
        error: failure,
      },
      response,
      failure,
      warning: capWarning(cost.status),
    };
  } finally {
    partials.end();
  }
}

/** Whatever was thrown, as one of our errors. */
export function asFailure(error: unknown, signal: AbortSignal | undefined): LexyBrainError {
  if (LexyBrainError.is(error)) return error;
  if (signal?.aborted === true) return new LexyBrainError('cancelled', 'Cancelled.', { cause: error });
  return new LexyBrainError('provider-answer', `The insight could not be made: ${messageOf(error)}.`, {
    advice: 'Try again; if it happens again, the log has the details.',
    cause: error,
  });
}

/** Tokens that nobody counted, from what was sent and said. */
function estimatedUsage(
  { prompt, system, schema }: LexyBrainProviderRequest,
  completion: string,
  thoughts = '',
): Usage {
  const shape = schema === undefined ? '' : JSON.stringify(wireSchema(schema.schema));
  return {
    uncachedIn: estimateTokens(`${prompt}\n${system ?? ''}\n${shape}`),
    cacheRead: 0,
    cacheWrite: 0,
    out: estimateTokens(completion) + estimateTokens(thoughts),
    estimated: true,
    raw: null,
  };
}

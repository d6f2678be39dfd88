import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { LexyBrainError, messageOf } from '../errors.ts';
import { parseDraft } from '../insights/check.ts';
import { insightType, type AnyInsightType } from '../insights/index.ts';
import { buildPrompt, PROMPT_VERSION } from '../insights/prompt.ts';
import { DIGEST_VERSION } from '../keywords/digest.ts';
import type { ListView } from '../keywords/types.ts';
import type { LexyBrainProviderRequest, LexyBrainProviderResponse, Log, Usage } from '../providers/types.ts';
import { estimateTokens } from '../providers/tokens.ts';
import type { GenerationRecord, WorkspaceLog } from '../store/types.ts';
import {
  groundAnswer,
  numbersNotInList,
  type Evidence,
  type GroundedAnswer,
  type Perspective,
} from './answer.ts';
import type { AnswerCache } from './cache.ts';
import { answerKey, questionHash } from './cache-keys.ts';
import type { Ledger } from './ledger.ts';
import { CallGuard } from './money.ts';
import { PartialStream } from './partials.ts';
import { cacheHitRecord, generationRecord, tokensIn, type Attempt } from './record.ts';
import type { Destination, Limits } from './routing.ts';
import { SingleFlight } from './singleflight.ts';
import {
  insightResultSchema,
  type GenerateHooks,
  type InsightRequest,
  type InsightResult,
  type PartialResult,
  type Stage,
} from './types.ts';

/** Bumped when the shape of a kept answer changes; older ones are then not read. */
const SCHEMA_VERSION = 1;
/** Tokens that may stand for a list of any length. */
const DIGEST_TOKENS = 1200;

export interface GeneratorPorts {
  /** Who answers; throws what is wrong with the choice. */
  readonly destination: (request: InsightRequest) => Promise<Destination>;
  readonly limits: () => Limits;
  readonly brands: () => ListView['brands'];
  readonly cache: AnswerCache;
  readonly ledger: Ledger;
  readonly workspaceLog: (folder: string) => WorkspaceLog;
  readonly userId: () => Promise<string | null>;
  readonly log: Log;
  readonly now: () => Date;
}

type Progress =
  | { readonly kind: 'partial'; readonly partial: PartialResult }
  | { readonly kind: 'stage'; readonly stage: Stage };

/** A kept answer: what the model said, what was made of it, and what it was asked (for the log of another workspace). */
const keptAnswerSchema = z.object({
  draft: z.unknown(),
  result: insightResultSchema,
  prompt: z.string(),
  system: z.string().nullable(),
});
type KeptAnswer = z.infer<typeof keptAnswerSchema>;

/** What one request needs all along its way. */
interface Way {
  readonly request: InsightRequest;
  readonly type: AnyInsightType;
  readonly destination: Destination;
  readonly perspective: Perspective;
  readonly question: string;
  readonly key: string;
  readonly startedAt: Date;
  readonly requestId: string;
}

/** The way of one request, from the question to the record. */
export class Generator {
  readonly #ports: GeneratorPorts;
  readonly #flights = new SingleFlight<InsightResult, Progress>();
  readonly #recording = new Set<Promise<void>>();

  constructor(ports: GeneratorPorts) {
    this.#ports = ports;
  }

  /** Ends in exactly one of an insight or a LexyBrainError. */
  async generate(request: InsightRequest, hooks: GenerateHooks = {}): Promise<InsightResult> {
    try {
      return await this.#generate(request, hooks);
    } catch (error) {
      if (LexyBrainError.is(error)) throw error;
      if (hooks.signal?.aborted === true)
        throw new LexyBrainError('cancelled', 'Cancelled.', { cause: error });
      throw new LexyBrainError('provider-answer', `The insight could not be made: ${messageOf(error)}.`, {
        advice: 'Try again; if it happens again, the log has the details.',
        cause: error,
      });
    }
  }

  /** Resolves when every record that is on its way has been written or has failed. */
  async settled(): Promise<void> {
    await this.#flights.idle();
    await Promise.all(this.#recording);
  }

  async #generate(request: InsightRequest, hooks: GenerateHooks): Promise<InsightResult> {
    const type = insightType(request.type);
    if (type.needsBudget && !((request.input.budgetCents ?? 0) > 0)) {
      throw new LexyBrainError('budget-missing', `${type.title} needs a daily budget above zero.`, {
        advice: 'Say how much you want to spend a day.',
      });
    }
    hooks.onStage?.('reading');
    const startedAt = this.#ports.now();
    const destination = await this.#ports.destination(request);
    const view: ListView = {
      product: request.input.product,
      nicheTerms: request.input.nicheTerms,
      brands: this.#ports.brands(),
      today: request.input.today,
    };
    const figures = await request.list.figures(view);
    const question = questionOf(request, view);
    const way: Way = {
      request,
      type,
      destination,
      perspective: { list: request.list, view, input: request.input, figures },
      question,
      key: keyOf(question, destination),
      startedAt,
      requestId: uuidv7({ msecs: startedAt.getTime() }),
    };
    const cached = request.fresh === true ? null : await this.#fromCache(way);
    if (cached !== null) {
      this.#record(request, cacheHit(way, cached, await this.#ports.userId()), hooks);
      return cached.result;
    }
    return this.#flights.run(
      JSON.stringify([way.key, request.logFolder, request.fresh === true ? way.requestId : null]),
      (shared) =>
        this.#ask(way, {
          ...hooks,
          signal: shared.signal,
          onPartial: (partial) => shared.emit({ kind: 'partial', partial }),
          onStage: (stage) => shared.emit({ kind: 'stage', stage }),
        }),
      {
        signal: hooks.signal,
        onEvent: (event) => {
          if (event.kind === 'partial') hooks.onPartial?.(event.partial);
          else hooks.onStage?.(event.stage);
        },
      },
    );
  }

  /** A kept answer, checked by schema and held against the list again; null when there is none that stands. */
  async #fromCache(way: Way): Promise<KeptAnswer | null> {
    const { type, key, request, perspective } = way;
    const now = this.#ports.now().getTime();
    const kept = keptAnswerSchema.safeParse(await this.#ports.cache.get(key, now));
    if (!kept.success) return null;
    const draft = type.draftSchema.safeParse(kept.data.draft);
    if (!draft.success) return null;
    const { result } = kept.data;
    const answer = await groundAnswer(type, draft.data, perspective, result.model.computed);
    if (answer.dropped.length > 0) return null;
    return {
      ...kept.data,
      result: {
        ...result,
        insight: type.insightSchema.parse(answer.insight),
        rows: [...answer.rows],
        list: listOf(request),
        cache: { ...result.cache, hit: true },
        usage: { ...result.usage, tokensIn: 0, tokensOut: 0, costNanoUsd: 0 },
        timing: { latencyMs: this.#ports.now().getTime() - way.startedAt.getTime(), firstTokenMs: null },
      },
    };
  }

  /** Asks the model, at most twice, and records whatever comes of it. */
  async #ask(way: Way, hooks: GenerateHooks): Promise<InsightResult> {
    const { request, type, destination } = way;
    const attempts: Attempt[] = [];
    let evidence: Evidence | null = null;
    const record = async (result: InsightResult | null, error: LexyBrainError | null): Promise<void> => {
      const parts = {
        request,
        requestId: way.requestId,
        requestedAt: way.startedAt,
        userId: await this.#ports.userId(),
        inputHash: way.question,
        route: destination.route,
        evidence,
        attempts,
        result,
        cacheMs: type.cacheMs,
        error,
        latencyMs: this.#ports.now().getTime() - way.startedAt.getTime(),
      };
      this.#record(request, () => Promise.resolve([generationRecord(parts)]), hooks);
    };
    try {
      const digest = await request.list.digest(way.perspective.view, DIGEST_TOKENS);
      evidence = { ...way.perspective, digest };
      const answer = await this.#answer(way, evidence, attempts, hooks);
      const result = this.#result(way, evidence, answer, attempts);
      const asked = attempts.find(({ id }) => id === result.id);
      const kept: KeptAnswer = {
        draft: answer.draft,
        result,
        prompt: asked?.prompt ?? '',
        system: asked?.system ?? null,
      };
      await this.#ports.cache.put(way.key, kept, Date.parse(result.cache.expiresAt));
      await record(result, null);
      return result;
    } catch (error) {
      const failure = LexyBrainError.is(error)
        ? error
        : hooks.signal?.aborted === true
          ? new LexyBrainError('cancelled', 'Cancelled.', { cause: error })
          : new LexyBrainError('provider-answer', messageOf(error), { cause: error });
      await record(null, failure);
      throw failure;
    }
  }

  /** The grounded answer; asks once more, stricter, when the first cannot be used or names strangers. */
  async #answer(
    way: Way,
    evidence: Evidence,
    attempts: Attempt[],
    hooks: GenerateHooks,
  ): Promise<GroundedAnswer> {
    const { type, destination } = way;
    const computed = destination.route.provider === 'builtin';
    let best: GroundedAnswer | null = null;
    let errors: readonly string[] = [];
    for (const stricter of [false, true]) {
      if (stricter) hooks.onStage?.('asking-again');
      let called;
      try {
        called = await this.#call(way, evidence, stricter ? errors : null, attempts, hooks);
      } catch (error) {
        // The first answer stands, without its strangers, when the second cannot be had.
        if (best !== null && best.grounded > 0 && !LexyBrainError.is(error, 'cancelled')) return best;
        throw error;
      }
      hooks.onStage?.('checking');
      const parsed = parseDraft(type, called.completion, called.finishReason);
      if ('errors' in parsed) {
        errors = parsed.errors;
        markUnusable(attempts, called.completion, errors);
        continue;
      }
      const answer = await groundAnswer(type, parsed.draft, evidence, computed);
      keepOutput(attempts, answer.draft);
      if (best === null || answer.grounded > best.grounded) best = answer;
      if (answer.dropped.length === 0) return answer;
      errors = [
        `These are not in the list: ${answer.dropped
          .slice(0, 10)
          .map((term) => JSON.stringify(term))
          .join(', ')}. ` + 'Copy keywords exactly as they stand in the list.',
      ];
    }
    if (best !== null && (best.grounded > 0 || best.claimed === 0)) return best;
    const raw = attempts.at(-1)?.output;
    throw new LexyBrainError(
      'provider-answer',
      best === null
        ? `${way.destination.route.model} gave no usable answer: ${errors[0] ?? 'it is not of the right form'}`
        : `${way.destination.route.model} answered with keywords that are not in the list.`,
      {
        advice: 'Ask again, or pick a larger model. What it said can be looked at.',
        ...(raw === undefined
          ? {}
          : { rawAnswer: typeof raw === 'string' ? raw : JSON.stringify(raw, null, 2) }),
      },
    );
  }

  /** One call to the model, its money guarded, its outcome noted in `attempts`. */
  async #call(
    way: Way,
    evidence: Evidence,
    errors: readonly string[] | null,
    attempts: Attempt[],
    hooks: GenerateHooks,
  ): Promise<LexyBrainProviderResponse> {
    const { type, destination, request } = way;
    const { route, provider } = destination;
    const { prompt, system, temperature, max_tokens } = buildPrompt(
      type,
      request.input,
      evidence.digest,
      errors === null ? {} : { strict: { errors } },
    );
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
      ledger: this.#ports.ledger,
      destination,
      limits: this.#ports.limits(),
      quotaKey: attempts.length === 0 ? type.quotaKey : null,
      request: providerRequest,
      signal: hooks.signal,
    });
    const partials = new PartialStream(type, evidence, (partial) => hooks.onPartial?.(partial));
    const startedAt = this.#ports.now();
    const elapsed = (): number => this.#ports.now().getTime() - startedAt.getTime();
    let firstTokenMs: number | null = null;
    const common = { id: uuidv7(), prompt, system, at: startedAt };
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
        onRestart: partials.restart,
        compute: () => request.list.analyse(type.id, evidence.view, request.input),
      });
      const usage = response.usage ?? estimatedUsage(providerRequest, response.completion);
      const cost = await guard.settle(usage, response.servedBy ?? null);
      attempts.push({
        ...common,
        output: response.completion,
        success: true,
        model: response.model,
        servedBy: response.servedBy ?? null,
        latencyMs: elapsed(),
        firstTokenMs: response.firstTokenMs ?? firstTokenMs,
        usage,
        price: cost.price,
        costNanoUsd: cost.nano,
        finishReason: response.finishReason ?? null,
        structure: response.structure ?? null,
        error: null,
      });
      return response;
    } catch (error) {
      const failure = LexyBrainError.is(error)
        ? error
        : new LexyBrainError('provider-answer', messageOf(error), { cause: error });
      const billed = partials.text !== '' || LexyBrainError.is(failure, 'cancelled', 'provider-timeout');
      const usage = billed ? estimatedUsage(providerRequest, partials.text) : null;
      const cost = await this.#settleFailed(guard, usage);
      attempts.push({
        ...common,
        output: failure.rawAnswer ?? partials.text,
        success: false,
        model: route.model,
        servedBy: null,
        latencyMs: elapsed(),
        firstTokenMs,
        usage,
        price: null,
        costNanoUsd: cost,
        finishReason: null,
        structure: null,
        error: failure,
      });
      throw failure;
    } finally {
      partials.end();
    }
  }

  /** Settles a call that failed: at its estimate when it may have been billed, else at nothing. */
  async #settleFailed(guard: CallGuard, usage: Usage | null): Promise<number | null> {
    try {
      if (usage !== null) return (await guard.settle(usage, null)).nano;
      await guard.release();
      return 0;
    } catch (error) {
      // The reservation then counts in full, which is the safe side.
      this.#ports.log.warn(`A reservation could not be settled: ${messageOf(error)}`);
      return null;
    }
  }

  #result(way: Way, evidence: Evidence, answer: GroundedAnswer, attempts: readonly Attempt[]): InsightResult {
    const { request, type, destination, startedAt } = way;
    const { route } = destination;
    const last = attempts.at(-1);
    const good = attempts.findLast((attempt) => attempt.success) ?? last;
    if (good === undefined) throw new Error('An answer without a call.');
    const now = this.#ports.now();
    const costs = attempts.map(({ costNanoUsd }) => costNanoUsd);
    const computed = route.provider === 'builtin';
    const notes: string[] = [];
    if (answer.dropped.length > 0) {
      notes.push(
        `${answer.dropped.length} ${answer.dropped.length === 1 ? 'keyword that is' : 'keywords that are'} not in the list ` +
          `${answer.dropped.length === 1 ? 'was' : 'were'} left out.`,
      );
    }
    if (good.finishReason === 'length') {
      notes.push('The answer was cut at its length limit; its unfinished last item was left out.');
    }
    return insightResultSchema.parse({
      version: 1,
      id: good.id,
      requestId: way.requestId,
      type: request.type,
      insight: type.insightSchema.parse(answer.insight),
      rows: [...answer.rows],
      list: listOf(request),
      input: { ...request.input, nicheTerms: [...request.input.nicheTerms] },
      model: { provider: route.provider, id: good.model, servedBy: good.servedBy, computed },
      grounding: {
        claimed: answer.claimed,
        grounded: answer.grounded,
        dropped: [...answer.dropped],
        // The built-in analyst's numbers are the engine's own.
        foreignNumbers: computed ? [] : numbersNotInList(type, answer, evidence),
      },
      notes,
      cache: { hit: false, expiresAt: new Date(now.getTime() + type.cacheMs).toISOString() },
      usage: {
        tokensIn: sum(attempts.map(({ usage }) => (usage === null ? 0 : tokensIn(usage)))),
        tokensOut: sum(attempts.map(({ usage }) => usage?.out ?? 0)),
        estimated: attempts.some(({ usage }) => usage?.estimated === true),
        costNanoUsd: costs.some((cost) => cost === null) ? null : sum(costs.map((cost) => cost ?? 0)),
        priceSource: good.price === null ? null : `${good.price.source}, ${good.price.asOf}`,
      },
      timing: { latencyMs: now.getTime() - startedAt.getTime(), firstTokenMs: good.firstTokenMs },
      structure: computed ? 'computed' : (good.structure ?? 'instructions'),
      attempts: attempts.length,
      generatedAt: now.toISOString(),
    } satisfies InsightResult);
  }

  /** Writes records in the background: an insight is never broken or delayed by its log. */
  #record(
    request: InsightRequest,
    records: (log: WorkspaceLog) => Promise<readonly GenerationRecord[]>,
    hooks: GenerateHooks,
  ): void {
    const { logFolder } = request;
    if (logFolder === null) return hooks.onRecorded?.(false);
    const writing = (async () => {
      const log = this.#ports.workspaceLog(logFolder);
      for (const record of await records(log)) await log.append(record);
    })()
      .then(
        () => hooks.onRecorded?.(true),
        (error: unknown) => {
          this.#ports.log.warn(`Failed to log LexyBrain request (non-blocking): ${messageOf(error)}`);
          hooks.onRecorded?.(false);
        },
      )
      .finally(() => this.#recording.delete(writing));
    this.#recording.add(writing);
  }
}

function questionOf(request: InsightRequest, view: ListView): string {
  return questionHash({
    type: request.type,
    input: request.input,
    listHash: request.list.summary.hash,
    brands: view.brands,
    digestVersion: DIGEST_VERSION,
    promptVersion: PROMPT_VERSION,
  });
}

function keyOf(question: string, { route }: Destination): string {
  return answerKey(question, {
    provider: route.provider,
    baseUrl: route.baseUrl,
    model: route.model,
    parameters: { digestTokens: DIGEST_TOKENS },
    schemaVersion: SCHEMA_VERSION,
  });
}

/**
 * The event of a hit; and, where this workspace's log does not know the answer yet (it was made in another one), the
 * answer itself, so that it can be rated here and stands in the history.
 */
function cacheHit(
  way: Way,
  { result, draft, prompt, system }: KeptAnswer,
  userId: string | null,
): (log: WorkspaceLog) => Promise<readonly GenerationRecord[]> {
  return async (log) => {
    const hit = cacheHitRecord(way.request, result, userId, way.startedAt);
    if ((await log.insight(result.id)) !== null) return [hit];
    const { route } = way.destination;
    const answered: Attempt = {
      id: result.id,
      prompt,
      system,
      output: draft,
      success: true,
      model: result.model.id,
      servedBy: result.model.servedBy,
      latencyMs: 0,
      firstTokenMs: null,
      usage: null,
      price: null,
      costNanoUsd: 0,
      finishReason: null,
      structure: null,
      error: null,
      at: new Date(result.generatedAt),
    };
    const original = generationRecord({
      request: way.request,
      requestId: result.requestId,
      requestedAt: new Date(result.generatedAt),
      userId,
      inputHash: way.question,
      route,
      evidence: null,
      attempts: [answered],
      result,
      cacheMs: way.type.cacheMs,
      error: null,
      latencyMs: 0,
    });
    return [{ ...original, usage: null }, hit];
  };
}

function listOf({ list: { summary } }: InsightRequest): InsightResult['list'] {
  const { name, tool, toolLabel, market, currency, hash, rows, dropped, notes } = summary;
  return {
    name,
    tool,
    toolLabel,
    market,
    currency,
    hash,
    rows,
    dropped: dropped.map((each) => ({ ...each })),
    notes: [...notes],
  };
}

function estimatedUsage({ prompt, system }: LexyBrainProviderRequest, completion: string): Usage {
  return {
    uncachedIn: estimateTokens(prompt) + estimateTokens(system ?? ''),
    cacheRead: 0,
    cacheWrite: 0,
    out: estimateTokens(completion),
    estimated: true,
    raw: null,
  };
}

function markUnusable(attempts: Attempt[], completion: string, errors: readonly string[]): void {
  replaceLast(attempts, {
    output: completion,
    success: false,
    error: new LexyBrainError('provider-answer', errors[0] ?? 'The answer is not of the right form.'),
  });
}

function keepOutput(attempts: Attempt[], draft: unknown): void {
  replaceLast(attempts, { output: draft });
}

function replaceLast(attempts: Attempt[], change: Partial<Attempt>): void {
  const last = attempts.pop();
  if (last !== undefined) attempts.push({ ...last, ...change });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

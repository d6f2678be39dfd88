import { LexyBrainError, messageOf } from '../errors.ts';
import type { ListView } from '../keywords/types.ts';
import { turn } from '../providers/turns.ts';
import type { Log } from '../providers/types.ts';
import type { WorkspaceLog } from '../store/types.ts';
import type { Evidence } from './answer.ts';
import { ask, type Asked } from './ask.ts';
import type { AnswerCache } from './cache.ts';
import { asFailure } from './call.ts';
import { believed, keptAnswer, originalRecord, type KeptAnswer } from './kept.ts';
import type { Ledger } from './ledger.ts';
import { cacheHitRecord, generationRecord, withoutText } from './record.ts';
import { resultOf } from './result.ts';
import { canFallBack, failureOfAll, fallbackNote, type FailedRoute } from './fallbacks.ts';
import type { Destination, Limits, Plan, Route } from './routing.ts';
import { SingleFlight } from './singleflight.ts';
import type { GenerateHooks, InsightRequest, InsightResult, PartialResult, Stage } from './types.ts';
import { DIGEST_TOKENS, normalised, questionOf, viewOf, wayOf, type Way } from './way.ts';

export interface GeneratorPorts {
  /** Who answers a request, given its hash; throws what is wrong with the choice. */
  readonly plan: (request: InsightRequest, question: string) => Promise<Plan>;
  /** The route with the model that answers where none is chosen. */
  readonly named: (route: Route, signal?: AbortSignal) => Promise<Route>;
  readonly towards: (route: Route) => Destination;
  readonly limits: () => Limits;
  readonly brands: () => ListView['brands'];
  readonly cache: AnswerCache;
  readonly ledger: Ledger;
  readonly workspaceLog: (folder: string) => WorkspaceLog;
  /** Whether prompts and answers are logged; if not, only what was used is. */
  readonly logsText: () => boolean;
  readonly userId: () => Promise<string | null>;
  readonly log: Log;
  readonly now: () => Date;
}

type Progress =
  | { readonly kind: 'partial'; readonly partial: PartialResult }
  | { readonly kind: 'stage'; readonly stage: Stage };

interface Finished {
  readonly result: InsightResult;
  /** Whether it got into the workspace's log; never rejects. */
  readonly recorded: Promise<boolean>;
}

/** The way of one request, from the question to the record. */
export class Generator {
  readonly #ports: GeneratorPorts;
  readonly #flights = new SingleFlight<Finished, Progress>();
  /** Records and answers on their way to the disk. */
  readonly #writing = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(ports: GeneratorPorts) {
    this.#ports = ports;
  }

  /** Ends in exactly one of an insight or a LexyBrainError. */
  async generate(request: InsightRequest, hooks: GenerateHooks = {}): Promise<InsightResult> {
    const { signal } = this.#closing;
    const signals = hooks.signal === undefined ? [signal] : [signal, hooks.signal];
    const own = { ...hooks, signal: AbortSignal.any(signals) };
    try {
      const { result, recorded } = await this.#generate(normalised(request), own);
      recorded
        .then(hooks.onRecorded)
        .catch((error: unknown) => this.#ports.log.error(`A listener failed: ${messageOf(error)}`));
      return result;
    } catch (error) {
      throw asFailure(error, own.signal);
    }
  }

  /** Who would answer this request, decided without asking anybody. */
  async plan(request: InsightRequest): Promise<Plan> {
    const asked = normalised(request);
    const plan = await this.#ports.plan(asked, questionOf(asked, this.#ports.brands()));
    return { ...plan, route: await this.#ports.named(plan.route) };
  }

  /** Ends what is under way, and resolves when all that is on its way to the disk has been written or has failed. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#flights.idle();
    await Promise.all(this.#writing);
  }

  async #generate(
    request: InsightRequest,
    hooks: GenerateHooks & { signal: AbortSignal },
  ): Promise<Finished> {
    const { list, input } = request;
    hooks.signal.throwIfAborted();
    hooks.onStage?.('reading');
    await turn();
    let startedAt = this.#ports.now();
    const brands = this.#ports.brands();
    const question = questionOf(request, brands);
    const { route, assignment, fallbacks } = await this.#ports.plan(request, question);
    const view = viewOf(input, brands);
    const perspective = { list, view, input, figures: await list.figures(view) };
    const failures: FailedRoute[] = [];
    for (const next of [route, ...fallbacks]) {
      const to = await this.#ports.named(next, hooks.signal);
      const isFirst = failures.length === 0;
      if (!isFirst) startedAt = this.#ports.now();
      const destination = this.#ports.towards(to);
      const way = wayOf({
        request,
        question,
        destination,
        // What a fallback says tells nothing of the arm.
        assignment: isFirst ? assignment : null,
        perspective,
        startedAt,
      });
      try {
        const { result, recorded } = await this.#answer(way, hooks);
        // Told of this request only, so it is not kept with the answer.
        const note = fallbackNote(failures);
        return { recorded, result: note === null ? result : { ...result, notes: [note, ...result.notes] } };
      } catch (error) {
        const failure = asFailure(error, hooks.signal);
        failures.push({ route: to, error: failure });
        if (!canFallBack(failure)) break;
      }
    }
    throw failureOfAll(failures);
  }

  /** The kept answer of this way, else a new one. */
  async #answer(way: Way, hooks: GenerateHooks & { signal: AbortSignal }): Promise<Finished> {
    const { signal, onStage, onPartial } = hooks;
    const { request } = way;
    const kept = request.fresh === true ? null : await this.#kept(way);
    signal.throwIfAborted();
    if (kept !== null) return { result: kept.result, recorded: this.#recordHit(way, kept) };
    return this.#flights.run(
      JSON.stringify([way.key, request.logFolder, request.fresh === true ? way.requestId : null]),
      (shared) =>
        this.#ask(way, {
          signal: shared.signal,
          onPartial: (partial) => shared.emit({ kind: 'partial', partial }),
          onStage: (stage) => shared.emit({ kind: 'stage', stage }),
        }),
      {
        signal,
        onEvent: (event) => {
          if (event.kind === 'partial') onPartial?.(event.partial);
          else onStage?.(event.stage);
        },
      },
    );
  }

  async #kept(way: Way): Promise<KeptAnswer | null> {
    const { cache, now } = this.#ports;
    return believed(await cache.get(way.key, now().getTime()), way, now());
  }

  /** Asks the model, keeps the answer, and records whatever came of it. */
  async #ask(way: Way, hooks: GenerateHooks): Promise<Finished> {
    let evidence: Evidence | null = null;
    let asked: Asked | null = null;
    try {
      // Side by side: the list may be in a worker.
      const [digest, sample] = await Promise.all([
        way.request.list.digest(way.perspective.view, DIGEST_TOKENS),
        sampleOf(way),
      ]);
      evidence = { ...way.perspective, digest, ...sample };
      asked = await ask(way, evidence, this.#ports, hooks);
      const { outcome, attempts, warnings } = asked;
      if (LexyBrainError.is(outcome)) throw outcome;
      const result = resultOf(way, evidence, outcome, attempts, this.#ports.now());
      this.#keep(way, keptAnswer(result, outcome));
      // Warnings are about today, so they are not kept.
      const shown = { ...result, notes: [...result.notes, ...warnings] };
      return { result: shown, recorded: this.#record(way, evidence, asked, shown, null) };
    } catch (error) {
      const failure = asFailure(error, hooks.signal);
      void this.#record(way, evidence, asked, null, failure);
      throw failure;
    }
  }

  /** An insight is not held up until it is on the disk. */
  #keep({ key }: Way, answer: KeptAnswer): void {
    const { cache, log } = this.#ports;
    const writing = cache
      .put(key, answer, Date.parse(answer.result.cache.expiresAt))
      .catch((error: unknown) => log.warn(`An answer could not be kept: ${messageOf(error)}`));
    void this.#untilWritten(writing);
  }

  #record(
    way: Way,
    evidence: Evidence | null,
    asked: Asked | null,
    result: InsightResult | null,
    error: LexyBrainError | null,
  ): Promise<boolean> {
    const latencyMs = this.#ports.now().getTime() - way.startedAt.getTime();
    return this.#write(way, async (log, userId) => {
      const { request, requestId, startedAt, question, destination, type } = way;
      const record = generationRecord({
        request,
        requestId,
        requestedAt: startedAt,
        userId,
        inputHash: question,
        route: destination.route,
        assignment: way.assignment,
        evidence,
        attempts: asked?.attempts ?? [],
        result,
        cacheMs: type.cacheMs,
        error,
        latencyMs,
      });
      const logsText = this.#ports.logsText();
      await log.append(logsText ? record : withoutText(record));
      return logsText;
    });
  }

  #recordHit(way: Way, kept: KeptAnswer): Promise<boolean> {
    return this.#write(way, async (log, userId) => {
      await log.append(cacheHitRecord(way.request, kept.result, userId, way.startedAt));
      if ((await log.insight(kept.result.id)) !== null) return true;
      if (!this.#ports.logsText()) return false;
      await log.append(originalRecord(way, kept, userId));
      return true;
    });
  }

  /** Writes to the log in the background: an insight is never broken or delayed by it. True once it is in there. */
  #write(
    { request: { logFolder } }: Way,
    work: (log: WorkspaceLog, userId: string | null) => Promise<boolean>,
  ): Promise<boolean> {
    if (logFolder === null) return Promise.resolve(false);
    const write = async (): Promise<boolean> => {
      try {
        return await work(this.#ports.workspaceLog(logFolder), await this.#ports.userId());
      } catch (error) {
        this.#ports.log.warn(`Failed to log LexyBrain request (non-blocking): ${messageOf(error)}`);
        return false;
      }
    };
    return this.#untilWritten(write());
  }

  #untilWritten<T>(work: Promise<T>): Promise<T> {
    this.#writing.add(work);
    return work.finally(() => this.#writing.delete(work));
  }
}

/** A model sees how an answer to this very question may begin. */
async function sampleOf({ request, type, perspective, destination }: Way): Promise<{ sample?: unknown }> {
  if (destination.route.provider === 'builtin') return {};
  return { sample: await request.list.analyse(type.id, perspective.view, request.input) };
}

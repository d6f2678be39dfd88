import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { LexyBrainError } from '../errors.ts';
import { CHAT_TYPE } from '../store/types.ts';
import type { InsightRequest, InsightResult, ListHandle } from '../generation/types.ts';
import { insightType, parseInsightType } from '../insights/index.ts';
import { INSIGHT_TYPES } from '../insights/catalogue.ts';
import { parseModelReference } from '../providers/index.ts';
import { logLine, plainFailure, RequestError } from './answers.ts';
import { readBody, readQuery, type BridgeContext, type BridgeEnv } from './context.ts';
import { EventStream, LINGER_MS } from './event-stream.ts';
import { isAuthorized } from './guard.ts';
import { KEYWORD_LIST, keywordTable } from './keywords.ts';
import { PERIODS } from './metrics.ts';
import type { BridgePorts, DebugFacts } from './ports.ts';
import { feedbackBody, generateRequest, metricsQuery, trainingQuery } from './schemas.ts';

type GenerateBody = ReturnType<typeof generateRequest.parse>;

/** Answers made here that may be rated before the log shows them. */
const RECENT = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The old API: `/api/lexybrain/…`. */
export function addLexyBrain(app: Hono<BridgeEnv>, ports: BridgePorts): void {
  const { engine } = ports;
  const now = ports.now ?? (() => new Date());
  const recent = new Set<string>();

  const remember = (id: string): void => {
    recent.add(id);
    const [oldest] = recent;
    if (recent.size > RECENT && oldest !== undefined) recent.delete(oldest);
  };

  app.post('/api/lexybrain/generate', async (c) => {
    const { value: body } = await readBody(c, generateRequest, KEYWORD_LIST);
    const stream = body.stream === true ? new EventStream(c.env.outgoing) : null;
    const list = await listOf(body, ports);
    try {
      const result = await engine.generate(await requestOf(body, list, ports, now()), {
        signal: c.get('signal'),
        ...(stream === null
          ? {}
          : {
              onStage: (stage) => stream.send(JSON.stringify({ stage }), 'stage'),
              // Each shows all there is so far: a client that is behind misses nothing by missing some.
              onPartial: (partial) => {
                if (stream.keepsUp) stream.send(JSON.stringify(partial), 'partial');
              },
            }),
      });
      remember(result.id);
      const answer = answerOf(result);
      if (stream === null) return c.json(answer);
      stream.send(JSON.stringify(answer), 'result');
    } catch (error) {
      if (stream?.started !== true) throw error;
      ports.log.warn(`Bridge: ${logLine(error)}`);
      stream.send(JSON.stringify(plainFailure(error).body), 'error');
    } finally {
      list.dispose();
    }
    stream.end();
    return RESPONSE_ALREADY_SENT;
  });

  app.post('/api/lexybrain/feedback', async (c) => {
    const { responseId, feedback, notes } = (await readBody(c, feedbackBody)).value;
    const folder = await ports.logFolder();
    const known =
      folder !== null &&
      (recent.has(responseId) || (await engine.workspaceLog(folder).insight(responseId)) !== null);
    if (!known) throw new RequestError(404, 'not_found', 'There is no insight with this responseId.');
    await engine.rate(folder, responseId, feedback, notes ?? null);
    return c.json({ success: true });
  });

  app.get('/api/lexybrain/quota', async (c) => {
    const uses = await engine.quota();
    return c.json(
      Object.fromEntries(
        uses.map(({ key, used, limit }) => [
          key,
          { used, limit, percentage: limit < 0 ? null : limit === 0 ? 100 : (used / limit) * 100 },
        ]),
      ),
    );
  });

  const metrics = async (c: BridgeContext): Promise<Response> => {
    const { period, type } = readQuery(c, metricsQuery);
    const from = new Date(now().getTime() - PERIODS[period] * DAY_MS).toISOString();
    return c.json({ period, ...(await ports.metrics({ from, type: typeOf(type) })) });
  };
  app.get('/api/lexybrain/metrics', metrics);
  app.get('/api/admin/lexybrain/metrics', metrics);

  app.get('/api/lexybrain/training-data', async (c) => {
    const { from, to, type, limit } = readQuery(c, trainingQuery);
    const lines = ports.trainingData({
      types: type === undefined ? INSIGHT_TYPES : [parseInsightType(type)],
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
      ...(to === undefined ? {} : { to: endOf(to) }),
      ...(limit === undefined ? {} : { limit }),
    });
    await sendLines(c, lines);
    return RESPONSE_ALREADY_SENT;
  });

  app.get('/api/lexybrain/debug', async (c) => {
    const header = c.req.header('authorization');
    if (header !== undefined && !isAuthorized(header, ports.token())) {
      throw new RequestError(401, 'unauthorized', 'The bearer token is not the one of this bridge.');
    }
    const facts = await engine.describe();
    return c.json(header === undefined ? stateOf(facts) : facts);
  });
}

/** What anybody on this machine may know: nothing of the token but its state in words. */
function stateOf({ enabled, provider, modelVersion, huggingface }: DebugFacts): object {
  const { hasToken, modelId, tokenAnalysis } = huggingface;
  return {
    enabled,
    provider,
    modelVersion,
    huggingface: { hasToken, modelId, tokenAnalysis: { issue: tokenAnalysis.issue } },
  };
}

async function listOf(body: GenerateBody, ports: BridgePorts): Promise<ListHandle> {
  if (body.keywords !== undefined) {
    const { bytes, columns } = await keywordTable(body.keywords);
    return ports.engine.lists.open(bytes, {
      name: 'Keywords',
      ...(columns === undefined ? {} : { columns }),
    });
  }
  const name = body.list ?? '';
  if (/[/\\:\p{Cc}]/u.test(name) || name === '.' || name === '..') {
    throw new RequestError(422, 'invalid_request', 'list takes the name of a file, without a path.');
  }
  return ports.openList(name);
}

async function requestOf(
  body: GenerateBody,
  list: ListHandle,
  ports: BridgePorts,
  at: Date,
): Promise<InsightRequest> {
  const type = parseInsightType(body.type);
  const pick = body.model === undefined ? null : parseModelReference(body.model);
  // The editor's own models may ask the user, and nobody may be there.
  if (pick?.provider === 'vscode') {
    throw new LexyBrainError(
      'invalid-request',
      'VS Code’s own language models cannot be used from outside.',
      {
        advice: 'Name another provider.',
      },
    );
  }
  return {
    type,
    list,
    input: {
      market: body.market?.toLowerCase() ?? list.summary.market ?? 'other',
      product: body.product ?? null,
      nicheTerms: body.niche_terms ?? [],
      budgetCents: body.budget_cents ?? null,
      currency: body.currency?.toUpperCase() ?? list.summary.currency,
      assumedCpcCents: body.assumed_cpc_cents ?? null,
      language: body.language ?? null,
      today: at.toISOString().slice(0, 10),
      instructions: await ports.instructions(type),
    },
    source: 'bridge',
    ...(pick === null
      ? {}
      : { pick: { provider: pick.provider, ...(pick.model === null ? {} : { model: pick.model }) } }),
    fresh: body.fresh === true,
    logFolder: await ports.logFolder(),
  };
}

/** The insight, as the old API gave it, and beside it what a rating needs and where it is from. */
function answerOf({ insight, ...meta }: InsightResult): object {
  return { ...(insight as object), responseId: meta.id, meta };
}

/** A type of the log: an insight's, under any of its names, or chats'. */
function typeOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return name === CHAT_TYPE ? CHAT_TYPE : insightType(parseInsightType(name)).id;
}

/** The last moment a bound includes: a day without a time is meant whole. */
function endOf(to: string): string {
  const end = new Date(to).getTime();
  return new Date(to.includes('T') ? end : end + DAY_MS - 1).toISOString();
}

/** JSON Lines, at the pace of the client. Throws only before the first byte was sent. */
async function sendLines(c: BridgeContext, lines: AsyncIterable<Uint8Array>): Promise<void> {
  const { outgoing } = c.env;
  const iterator = lines[Symbol.asyncIterator]();
  let next = await iterator.next();
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  outgoing.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  outgoing.setTimeout(LINGER_MS, () => outgoing.destroy());
  // A client that goes away, or a log that fails midway, ends the connection: half a file must not look whole.
  await pipeline(Readable.from(pieces()), outgoing, { signal: c.get('signal') }).catch(() =>
    outgoing.destroy(),
  );
}

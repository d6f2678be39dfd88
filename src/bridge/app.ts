import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { LexyBrainError } from '../errors.ts';
import { logLine, openAiFailure, plainFailure, RequestError, retryHeaders } from './answers.ts';
import type { BridgeContext, BridgeEnv } from './context.ts';
import { isAuthorized } from './guard.ts';
import { addLexyBrain } from './lexybrain.ts';
import { addOpenAi } from './openai.ts';
import { openApiDocument } from './openapi.ts';
import { PAGE } from './page.ts';
import type { BridgePorts } from './ports.ts';

/** What is told without the bearer. */
const OPEN = new Set(['GET /', 'HEAD /', 'GET /api/lexybrain/debug', 'HEAD /api/lexybrain/debug']);

/** The bridge as a Hono app. `running` holds what is under way, so that stopping can end it. */
export function createApp(ports: BridgePorts, running: Set<AbortController>): Hono<BridgeEnv> {
  const app = new Hono<BridgeEnv>();
  const { log } = ports;

  app.use(async (c, next) => {
    const started = performance.now();
    const { outgoing } = c.env;
    const controller = new AbortController();
    running.add(controller);
    c.set('signal', controller.signal);
    outgoing.once('close', () => {
      running.delete(controller);
      if (!outgoing.writableFinished) {
        controller.abort(new LexyBrainError('cancelled', 'The client went away.'));
      }
      const took = Math.round(performance.now() - started);
      log.debug(`Bridge: ${c.req.method} ${pathOf(c)} ${outgoing.statusCode} in ${took} ms`);
    });
    await next();
  });

  app.use(async (c, next) => {
    const open = OPEN.has(`${c.req.method} ${c.req.path}`);
    if (!open && !isAuthorized(c.req.header('authorization'), ports.token())) {
      c.header('www-authenticate', 'Bearer');
      throw new RequestError(
        401,
        'unauthorized',
        'Send the bearer token of this bridge: Authorization: Bearer ….',
      );
    }
    await next();
  });

  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('allow', methods.join(', '));
        return answer(
          c,
          new RequestError(405, 'method_not_allowed', `This endpoint takes ${methods.join(' and ')}.`),
        );
      },
    }),
  );

  app.get('/', (c) => c.html(PAGE));
  app.get('/openapi.json', (c) => c.json(openApiDocument()));
  addLexyBrain(app, ports);
  addOpenAi(app, ports);

  app.notFound((c) =>
    answer(c, new RequestError(404, 'not_found', 'There is no such endpoint; see /openapi.json.')),
  );
  app.onError((error, c) => {
    if (!(error instanceof RequestError)) log.warn(`Bridge: ${logLine(error)}`);
    return answer(c, error);
  });
  return app;
}

/** A failure in the words of the endpoint it happened at. */
function answer(c: BridgeContext, error: unknown): Response {
  const { status, body } = c.req.path.startsWith('/v1/') ? openAiFailure(error) : plainFailure(error);
  for (const [name, value] of Object.entries(retryHeaders(error))) c.header(name, value);
  return c.json(body, status as ContentfulStatusCode);
}

/** The path for the log, without its query. */
function pathOf(c: BridgeContext): string {
  return c.req.path.slice(0, 100);
}

import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import type { ChatCall, ChatModel } from '../generation/chat.ts';
import { LexyBrainError } from '../errors.ts';
import { parseModelReference } from '../providers/index.ts';
import { logLine, openAiFailure, RequestError } from './answers.ts';
import { readBody, type BridgeEnv } from './context.ts';
import { EventStream } from './event-stream.ts';
import type { BridgePorts } from './ports.ts';
import { chatBody } from './schemas.ts';

/** What `InferenceClient` of huggingface_hub sends where it was given an address and no model. */
const NO_MODEL = 'dummy';

/** What clients of OpenAI know: `/v1/models`, `/v1/chat/completions`. */
export function addOpenAi(app: Hono<BridgeEnv>, ports: BridgePorts): void {
  const { engine, log } = ports;

  app.get('/v1/models', async (c) => {
    const models = await engine.chatModels(c.get('signal'));
    return c.json({ object: 'list', data: models.map(modelOf) });
  });

  app.get('/v1/models/:model{.+}', async (c) => {
    const name = c.req.param('model');
    const found = (await engine.chatModels(c.get('signal'))).find(({ reference }) => reference === name);
    if (found === undefined) throw unknownModel(`There is no model called “${name.slice(0, 300)}”.`);
    return c.json(modelOf(found));
  });

  app.post('/v1/chat/completions', async (c) => {
    const { raw, value } = await readBody(c, chatBody);
    const call: ChatCall = {
      model: referenceOf(value.model),
      body: raw as Record<string, unknown>,
      stream: value.stream === true,
      logFolder: await ports.logFolder(),
      logText: ports.logChat(),
    };
    const signal = c.get('signal');
    if (!call.stream) return c.json((await engine.chat(call, { signal })).completion as object);
    const stream = new EventStream(c.env.outgoing);
    try {
      await engine.chat(call, { signal, onEvent: (data) => stream.send(data), ready: stream.ready });
      stream.send('[DONE]');
    } catch (error) {
      if (!stream.started) throw error;
      log.warn(`Bridge: ${logLine(error)}`);
      // The official clients throw at a chunk that has an error in it.
      stream.send(JSON.stringify(openAiFailure(error).body));
    }
    stream.end();
    return RESPONSE_ALREADY_SENT;
  });
}

/** The model of a request; undefined where it names none. */
function referenceOf(model: string | null | undefined): string | undefined {
  if (model === undefined || model === null || model === NO_MODEL) return undefined;
  try {
    parseModelReference(model);
  } catch (error) {
    if (LexyBrainError.is(error, 'provider-unknown')) throw unknownModel(error.message);
    throw error;
  }
  return model;
}

function unknownModel(what: string): RequestError {
  const advice = 'Models are called provider/model-id here, as the list of models has them.';
  return new RequestError(404, 'model_not_found', `${what} ${advice}`);
}

function modelOf({ reference, provider, info }: ChatModel): object {
  return {
    id: reference,
    object: 'model',
    created: 0,
    owned_by: provider,
    ...(info.contextTokens === null ? {} : { context_length: info.contextTokens }),
  };
}

import { FakeServer, json } from './http-server.ts';
import { chatStream } from './chat-wire.ts';

const MODELS = 'GET /v1/models';
const CHAT = 'POST /v1/chat/completions';
const list = (...data: object[]): object => ({ object: 'list', data });

/** The local servers, each with the endpoints by which it is told apart, and with those that could mislead. */
export const LOCAL_FAKES: Readonly<Record<string, (server: FakeServer) => FakeServer>> = {
  ollama: (server) =>
    server
      .on(MODELS, json(200, list({ id: 'llama3.2:3b', object: 'model', owned_by: 'library' })))
      .on('GET /api/version', json(200, { version: '0.12.6' }))
      .on('GET /api/tags', json(200, { models: [{ name: 'llama3.2:3b', model: 'llama3.2:3b' }] })),

  /** Answers any path with a 200. */
  lmstudio: (server) => {
    const unexpected = json(200, { error: 'Unexpected endpoint or method.' });
    return server
      .on(
        MODELS,
        json(
          200,
          list(
            { id: 'qwen2.5-7b', object: 'model', owned_by: 'organization_owner' },
            { id: 'text-embedding-nomic', object: 'model' },
          ),
        ),
      )
      .on('GET /api/v1/models', json(200, { models: [{ type: 'llm', key: 'qwen2.5-7b' }] }))
      .on('GET /props', unexpected)
      .on('GET /api/version', unexpected)
      .on('GET /version', unexpected);
  },

  /** Has some of Ollama's paths. */
  llamacpp: (server) =>
    server
      .on(MODELS, json(200, list({ id: 'SmolLM2-135M-Instruct.Q4_1.gguf', owned_by: 'llamacpp' })))
      .on('GET /health', json(200, { status: 'ok' }))
      .on('GET /props', json(200, { default_generation_settings: { n_ctx: 4096 }, build_info: 'b6000' }))
      .on('GET /api/version', json(200, { version: '0.1.0' }))
      .on('GET /api/tags', json(200, { models: [] })),

  vllm: (server) =>
    server
      .on(MODELS, json(200, list({ id: 'Qwen/Qwen3-4B', owned_by: 'vllm', max_model_len: 32768 })))
      .on('GET /version', json(200, { version: '0.11.0' })),

  other: (server) => server.on(MODELS, json(200, list({ id: 'some.gguf', owned_by: 'me' }))),
};

export async function startLocal(kind: string): Promise<FakeServer> {
  const server = await FakeServer.start();
  LOCAL_FAKES[kind]?.(server);
  return server.on(CHAT, chatStream({ pieces: ['{"term":', '"a"}'], usage: null }));
}

/** llama.cpp while it reads its model: everything is a 503. */
export const LOADING = json(503, {
  error: { code: 503, message: 'Loading model', type: 'unavailable_error' },
});

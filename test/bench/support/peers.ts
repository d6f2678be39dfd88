import OpenAI from 'openai';
import { request } from 'undici';

/** When the first piece of an answer came and when all of it had, milliseconds after the request began. */
export interface Run {
  readonly first: number;
  readonly total: number;
}

export interface Peers {
  /** What is asked for, as a server of the bench understands it. */
  readonly bare: (model: string, tokens?: number) => Promise<Run>;
  readonly official: (model: string, tokens?: number) => Promise<Run>;
}

/** A streamed chat completion by those we are measured beside: undici's bare request, and the official `openai` package. */
export function peersOf(baseUrl: string): Peers {
  const client = new OpenAI({ apiKey: 'x', baseURL: baseUrl, maxRetries: 0 });
  return {
    bare: async (model, tokens) => {
      const started = performance.now();
      let first = 0;
      const { body } = await request(`${baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model, max_tokens: tokens, stream: true, messages: [] }),
      });
      for await (const chunk of body) if (chunk) first ||= performance.now() - started;
      return { first, total: performance.now() - started };
    },
    official: async (model, tokens) => {
      const started = performance.now();
      let first = 0;
      let text = '';
      const stream = await client.chat.completions.create({
        model,
        ...(tokens === undefined ? {} : { max_completion_tokens: tokens }),
        stream: true,
        stream_options: { include_usage: true },
        messages: [{ role: 'user', content: 'x' }],
      });
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        if (text !== '') first ||= performance.now() - started;
      }
      return { first, total: performance.now() - started };
    },
  };
}

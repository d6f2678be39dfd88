import type { ServerResponse } from 'node:http';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { chatEvents } from './chat-wire.ts';
import { FakeServer, json, type SeenRequest } from './http-server.ts';
import { briefDraft, CHAT, MODELS } from './world.ts';

/** What becomes of a request, as its text says (`fate-…`). */
export const FATES = ['good', 'uncounted', 'refused', 'useless', 'cut', 'lost', 'slow', 'silent'] as const;
export type Fate = (typeof FATES)[number];

/** USD per million tokens: the same number of nano-dollars for a thousandth of a token. */
export interface BillingModel {
  readonly id: string;
  readonly input: number;
  readonly output: number;
}

/**
 * A router that bills, as real ones do, what it read and what it wrote: for answers, for answers that nobody waited for
 * to the end, and for those whose connection was lost. What it refuses is free. Its tokens are those of a real tokenizer.
 */
export class BillingServer {
  readonly fake: FakeServer;
  /** Nano-dollars. */
  billed = 0;
  /** Requests by what became of them. */
  readonly seen = new Map<string, number>();
  readonly #models: readonly BillingModel[];

  static async start(models: readonly BillingModel[]): Promise<BillingServer> {
    return new BillingServer(await FakeServer.start(), models);
  }

  private constructor(fake: FakeServer, models: readonly BillingModel[]) {
    this.fake = fake;
    this.#models = models;
    const data = models.map(({ id, input, output }) => ({
      id,
      providers: [{ provider: 'p', status: 'live', pricing: { input, output } }],
    }));
    fake.on(MODELS, json(200, { data }));
    fake.on(CHAT, (response, request) => this.#answer(response, request));
  }

  async #answer(response: ServerResponse, request: SeenRequest): Promise<void> {
    const body = request.body as { model: string; max_tokens: number; messages: { content: string }[] };
    const text = body.messages.map(({ content }) => content).join('\n');
    const fate = (/fate-(\w+)/.exec(text)?.[1] ?? 'good') as Fate;
    const again = text.includes('try-twice') && this.seen.get(text) === undefined;
    this.seen.set(text, 1);
    if (fate === 'refused' || again) {
      return json(503, { error: 'no' }, { 'retry-after-ms': '1' })(response, request);
    }
    const model = this.#models.find(({ id }) => id === body.model);
    if (model === undefined) throw new Error(`Nobody serves ${body.model}.`);
    const read = countTokens(text) + countTokens(JSON.stringify(request.body?.['response_format'] ?? ''));
    let wrote = 0;
    this.billed += read * model.input * 1000;
    const write = async (event: string): Promise<void> => {
      const piece = /"content":"((?:[^"\\]|\\.)*)"/.exec(event)?.[1] ?? '';
      wrote += countTokens(piece);
      this.billed += countTokens(piece) * model.output * 1000;
      await new Promise<void>((resolve) => response.write(`${event}\n\n`, () => resolve()));
    };

    if (fate === 'lost') return void response.socket?.destroy();
    const said = fate === 'useless' ? 'What do you mean?' : JSON.stringify(briefDraft());
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-inference-provider': 'p' });
    response.flushHeaders();
    const pieces = said.match(/.{1,12}/gsu) ?? [];
    const events = chatEvents({ pieces, model: body.model, usage: null, done: false, finish: null });
    for (const [index, event] of events.entries()) {
      // Whoever has gone is noticed, if a little late.
      if (response.destroyed) return;
      await write(event);
      if (fate === 'slow') await new Promise((resolve) => setTimeout(resolve, 4));
      if (fate === 'cut' && index === 5) return void response.destroy();
      if (fate === 'silent' && index === 0) return;
    }
    const usage = { prompt_tokens: read, completion_tokens: wrote, total_tokens: read + wrote };
    const counted = fate === 'uncounted' ? [] : [`data: ${JSON.stringify({ choices: [], usage })}`];
    response.end(
      ['data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}', ...counted, 'data: [DONE]', '']
        .map((event) => `${event}\n\n`)
        .join(''),
    );
  }
}

import { parseDraft } from '../../src/insights/check.ts';
import type { AnyInsightType } from '../../src/insights/index.ts';
import type { Fetch } from '../../src/providers/types.ts';

/** Listens in on what the server says, to tell how much mending its answers needed. */
export class Spy {
  #answers: Promise<string>[] = [];
  #texts: string[] = [];

  readonly fetch: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith('/chat/completions') || response.body === null) return response;
    const [theirs, ours] = response.body.tee();
    const at = this.#answers.length;
    const heard = new Response(ours).text().then(
      (text) => (this.#texts[at] = text),
      // Whoever gives up on an answer cuts it for all.
      () => '',
    );
    this.#answers.push(heard);
    return new Response(theirs, { status: response.status, headers: response.headers });
  };

  forget(): void {
    this.#answers = [];
    this.#texts = [];
  }

  parsed(type: AnyInsightType): { calls: number; repaired: number; truncated: number } {
    const answers = this.#texts.filter((text) => text !== '').map(completionOf);
    const parsed = answers.map(({ text, finish }) => parseDraft(type, text, finish));
    return {
      calls: answers.length,
      repaired: parsed.filter((draft) => 'repaired' in draft && draft.repaired).length,
      truncated: answers.filter(({ finish }) => finish === 'length').length,
    };
  }
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
}

function completionOf(stream: string): { text: string; finish: string } {
  let text = '';
  let finish = 'stop';
  for (const line of stream.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const choice = (JSON.parse(line.slice('data: '.length)) as Chunk).choices?.[0];
    text += choice?.delta?.content ?? '';
    finish = choice?.finish_reason ?? finish;
  }
  return { text, finish };
}

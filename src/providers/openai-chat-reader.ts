import type { LexyBrainError } from '../errors.ts';
import type { StreamEvent } from './answer.ts';
import { brokenOff, emptyCompletion, noAnswer, parseDocument, unusable } from './completion.ts';
import { failureOf, type FailedAnswer, type FailureStyle } from './failure.ts';
import { hideSecrets, hideSecretsDeep, redactLine } from './redact.ts';
import { asCount, asObject, asText, isWholeObject, type JsonObject } from './json.ts';
import { estimateTokens } from './tokens.ts';
import type { LexyBrainProviderResponse, Usage } from './types.ts';

export interface ChatReaderOptions {
  readonly style: FailureStyle;
  readonly model: string;
  readonly secrets: readonly string[];
  /** Everything that was sent, for an estimate where the server does not count. */
  readonly prompt: string;
  readonly sinceStart: () => number;
  readonly begun: () => void;
  readonly onText: ((piece: string) => void) | undefined;
  readonly onThought: ((piece: string) => void) | undefined;
  readonly onRefusal: (answer: FailedAnswer) => void;
}

/**
 * Reads one chat completion, streamed or whole. Knows the ways in which servers differ: usage beside choices or alone,
 * twice or never, or below `x_groq`; an error inside a stream that began well, or inside a choice of it; a missing
 * `[DONE]`; content as text or as parts; a whole document where events were promised.
 */
export class ChatReader {
  text = '';
  readonly #options: ChatReaderOptions;
  #refusal = '';
  #model = '';
  #finishReason = '';
  #usage: JsonObject | null = null;
  #thoughtTokens = 0;
  #firstTokenMs: number | undefined;

  constructor(options: ChatReaderOptions) {
    this.#options = options;
  }

  /** One event of the stream; true when it was the last. */
  event({ event, data }: StreamEvent): boolean {
    const trimmed = data.trim();
    if (trimmed === '') return false;
    if (trimmed === '[DONE]') return true;
    let chunk: JsonObject;
    try {
      chunk = asObject(JSON.parse(trimmed));
    } catch (error) {
      if (event === 'error') throw this.#failure(trimmed);
      throw this.#unusable('sent a piece that is not JSON', error);
    }
    if (event === 'error' && chunk['error'] === undefined) throw this.#failure(trimmed);
    this.#chunk(chunk, trimmed);
    return false;
  }

  /** A completion that came in one piece. */
  whole(value: unknown): void {
    const chunk = asObject(value);
    this.#chunk(chunk, JSON.stringify(value));
    if (!Array.isArray(chunk['choices'])) throw this.#unusable(noAnswer('chat completions', value));
  }

  /** The stream ended; `done` says whether its last event had come, `document` what came in place of events. */
  ended(done: boolean, document: string): void {
    if (done || this.#finishReason !== '') return;
    if (document === '') {
      // Some servers just stop. An object that is whole has not been cut; of anything else nobody can tell.
      if (isWholeObject(this.text)) return;
      throw brokenOff(this.#options.style.prefix);
    }
    this.whole(parseDocument(document, this.#options.style.prefix, this.#options.secrets));
  }

  /** The response, once everything has been read. */
  finish(servedBy: string | undefined): LexyBrainProviderResponse {
    const { style, model, secrets } = this.#options;
    if (this.text.trim() === '') {
      throw emptyCompletion({
        prefix: style.prefix,
        finishReason: this.#finishReason,
        refusal: this.#refusal,
        secrets,
      });
    }
    return {
      completion: this.#hide(this.text),
      model: redactLine(this.#model, this.#options.secrets, 200) || model,
      usage: this.#readUsage(),
      ...(servedBy ? { servedBy: redactLine(servedBy, this.#options.secrets, 100) } : {}),
      ...(this.#finishReason === '' ? {} : { finishReason: this.#finishReason }),
      ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
    };
  }

  #chunk(chunk: JsonObject, source: string): void {
    // `error: null` stands in good chunks of some servers; vLLM marks an error by its `object`.
    if ((chunk['error'] ?? null) !== null || chunk['object'] === 'error') throw this.#failure(source);
    this.#model ||= asText(chunk['model']);
    this.#usage = usageOf(chunk) ?? this.#usage;
    const choices: readonly unknown[] = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
    for (const choice of choices.map(asObject)) {
      if ((asCount(choice['index']) ?? 0) !== 0) continue;
      // OpenRouter and those behind it end a choice so when whoever served it gave up.
      if ((choice['error'] ?? null) !== null || choice['finish_reason'] === 'error') {
        throw this.#failure(JSON.stringify({ error: choice['error'] ?? 'the model gave up in the middle' }));
      }
      this.#finishReason = asText(choice['finish_reason']) || this.#finishReason;
      const part = asObject(choice['delta'] ?? choice['message']);
      this.#refusal += asText(part['refusal']);
      this.#think(asText(part['reasoning_content']) || asText(part['reasoning']));
      this.#add(contentOf(part['content']));
    }
  }

  #think(piece: string): void {
    if (piece === '') return;
    this.#options.begun();
    this.#thoughtTokens += estimateTokens(piece);
    this.#options.onThought?.(piece);
  }

  #add(piece: string): void {
    if (piece === '') return;
    if (this.text === '') {
      this.#options.begun();
      this.#firstTokenMs = this.#options.sinceStart();
    }
    this.text += piece;
    this.#options.onText?.(piece);
  }

  #failure(body: string): LexyBrainError {
    const answer = { status: null, headers: new Headers(), body };
    // Nothing was passed on yet, so the request may still be put in another way.
    if (this.text === '') this.#options.onRefusal(answer);
    return failureOf(answer, this.#options.style, this.#options.secrets, this.#options.model);
  }

  #unusable(what: string, cause?: unknown): LexyBrainError {
    return unusable(this.#options.style.prefix, what, this.#options.secrets, cause);
  }

  #hide(text: string): string {
    return hideSecrets(text, this.#options.secrets);
  }

  #readUsage(): Usage {
    const raw = this.#usage === null ? null : hideSecretsDeep(this.#usage, this.#options.secrets);
    return (
      chatUsage(this.#usage, raw) ?? {
        uncachedIn: estimateTokens(this.#options.prompt),
        cacheRead: 0,
        cacheWrite: 0,
        out: estimateTokens(this.text) + this.#thoughtTokens,
        estimated: true,
        raw,
      }
    );
  }
}

/** The usage in a chunk, null without one. The last one counts: some servers restate it with every chunk. */
export function usageOf(chunk: JsonObject): JsonObject | null {
  const told = [chunk['usage'], asObject(chunk['x_groq'])['usage']].map(asObject);
  return told.find((usage) => Object.keys(usage).length > 0) ?? null;
}

/**
 * Disjoint buckets from OpenAI's usage: `prompt_tokens` includes what came from and went into the cache. Output is what the
 * total leaves beside the prompt where that is more: some servers leave reasoning out of `completion_tokens`.
 * Null when the object does not count (absent, not numbers, or no output at all).
 */
export function chatUsage(usage: JsonObject | null, raw: unknown): Usage | null {
  const prompt = asCount(usage?.['prompt_tokens']);
  const completion = asCount(usage?.['completion_tokens']);
  if (usage === null || prompt === null || completion === null) return null;
  const out = Math.max(completion, (asCount(usage['total_tokens']) ?? 0) - prompt);
  if (out === 0) return null;
  const details = asObject(usage['prompt_tokens_details']);
  const cacheRead = Math.min(asCount(details['cached_tokens']) ?? 0, prompt);
  const cacheWrite = Math.min(asCount(details['cache_write_tokens']) ?? 0, prompt - cacheRead);
  return { uncachedIn: prompt - cacheRead - cacheWrite, cacheRead, cacheWrite, out, estimated: false, raw };
}

/** What is said, as text or as parts with text. */
export function contentOf(content: unknown): string {
  if (!Array.isArray(content)) return asText(content);
  return content.map((part) => asText(asObject(part)['text'])).join('');
}

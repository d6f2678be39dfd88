import type { LexyBrainError } from '../errors.ts';
import type { StreamEvent } from './answer.ts';
import { brokenOff, emptyCompletion, noAnswer, parseDocument, unusable } from './completion.ts';
import { failureOf, type FailureStyle } from './failure.ts';
import { asArray, asCount, asObject, asText, type JsonObject } from './json.ts';
import { hideSecrets, hideSecretsDeep, redactLine } from './redact.ts';
import { estimateTokens } from './tokens.ts';
import type { LexyBrainProviderResponse, Usage } from './types.ts';

export interface MessagesReaderOptions {
  readonly style: FailureStyle;
  readonly model: string;
  readonly secrets: readonly string[];
  /** Everything that was sent, for an estimate where the server does not count. */
  readonly prompt: string;
  readonly sinceStart: () => number;
  readonly begun: () => void;
  readonly onText: ((piece: string) => void) | undefined;
  readonly onThought: ((piece: string) => void) | undefined;
}

/** The words that the rest of the program knows; what is not here is passed on as it is. */
const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** Reads one message, streamed or whole. Kinds of events and blocks that it does not know are passed over. */
export class MessagesReader {
  text = '';
  readonly #options: MessagesReaderOptions;
  #model = '';
  #stopReason = '';
  #usage: JsonObject = {};
  #thoughtTokens = 0;
  #firstTokenMs: number | undefined;

  constructor(options: MessagesReaderOptions) {
    this.#options = options;
  }

  /** One event of the stream; true when it was the last. */
  event({ data }: StreamEvent): boolean {
    if (data.trim() === '') return false;
    let event: JsonObject;
    try {
      event = asObject(JSON.parse(data));
    } catch (error) {
      throw unusable(
        this.#options.style.prefix,
        'sent a piece that is not JSON',
        this.#options.secrets,
        error,
      );
    }
    switch (event['type']) {
      case 'message_start':
        this.#message(asObject(event['message']));
        return false;
      case 'content_block_start':
        this.#block(asObject(event['content_block']));
        return false;
      case 'content_block_delta': {
        const delta = asObject(event['delta']);
        if (delta['type'] === 'thinking_delta') this.#think(asText(delta['thinking']));
        if (delta['type'] === 'text_delta') this.#add(asText(delta['text']));
        return false;
      }
      case 'message_delta':
        this.#stopReason = asText(asObject(event['delta'])['stop_reason']) || this.#stopReason;
        this.#count(event['usage']);
        return false;
      case 'message_stop':
        return true;
      case 'error':
        throw this.#failure(data);
      default:
        return false;
    }
  }

  /** A message that came in one piece. */
  whole(value: unknown): void {
    const message = asObject(value);
    if ((message['error'] ?? null) !== null) throw this.#failure(JSON.stringify(value));
    if (!Array.isArray(message['content'])) {
      const { style, secrets } = this.#options;
      throw unusable(style.prefix, noAnswer('Messages', value), secrets);
    }
    this.#message(message);
  }

  /** The stream ended; `done` says whether its last event had come, `document` what came in place of events. */
  ended(done: boolean, document: string): void {
    if (done || this.#stopReason !== '') return;
    if (document === '') throw brokenOff(this.#options.style.prefix);
    this.whole(parseDocument(document, this.#options.style.prefix, this.#options.secrets));
  }

  finish(): LexyBrainProviderResponse {
    const { style, model, secrets } = this.#options;
    const finishReason = FINISH[this.#stopReason] ?? this.#stopReason;
    if (this.text.trim() === '') {
      throw emptyCompletion({ prefix: style.prefix, finishReason, refusal: '', secrets });
    }
    return {
      completion: hideSecrets(this.text, secrets),
      model: redactLine(this.#model, secrets, 200) || model,
      usage: this.#readUsage(),
      ...(finishReason === '' ? {} : { finishReason }),
      ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
    };
  }

  #message(message: JsonObject): void {
    this.#model = asText(message['model']);
    this.#stopReason = asText(message['stop_reason']);
    this.#count(message['usage']);
    for (const block of asArray(message['content'])) this.#block(asObject(block));
  }

  #block(block: JsonObject): void {
    if (block['type'] === 'text') this.#add(asText(block['text']));
  }

  /** Counts are cumulative and may be restated: the latest of each field counts. */
  #count(usage: unknown): void {
    const told = Object.entries(asObject(usage)).filter(([, value]) => value !== null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
  }

  #failure(body: string): LexyBrainError {
    const { style, secrets, model } = this.#options;
    return failureOf({ status: null, headers: new Headers(), body }, style, secrets, model);
  }

  #think(piece: string): void {
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

  #readUsage(): Usage {
    const usage = this.#usage;
    const raw = hideSecretsDeep(usage, this.#options.secrets);
    const uncachedIn = asCount(usage['input_tokens']);
    const out = asCount(usage['output_tokens']);
    if (uncachedIn === null || out === null || out === 0) {
      return {
        uncachedIn: estimateTokens(this.#options.prompt),
        cacheRead: 0,
        cacheWrite: 0,
        out: estimateTokens(this.text) + this.#thoughtTokens,
        estimated: true,
        raw: Object.keys(usage).length > 0 ? raw : null,
      };
    }
    // Unlike OpenAI's, `input_tokens` leaves out what came from and went into the cache.
    return {
      uncachedIn,
      cacheRead: asCount(usage['cache_read_input_tokens']) ?? 0,
      cacheWrite: asCount(usage['cache_creation_input_tokens']) ?? 0,
      out,
      estimated: false,
      raw,
    };
  }
}

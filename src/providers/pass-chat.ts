import { LexyBrainError } from '../errors.ts';
import { brokenOff, unusable } from './completion.ts';
import { failureOf, type FailedAnswer } from './failure.ts';
import { request as call, type Answer } from './http.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import { memoryKey, type ChatService } from './openai-chat.ts';
import { chatUsage, contentOf, usageOf } from './openai-chat-reader.ts';
import { hideSecrets, hideSecretsDeep, redactLine } from './redact.ts';
import { systemTime } from './time.ts';
import { estimateTokens, utf8Length } from './tokens.ts';
import type { StreamEvent } from './answer.ts';
import type { ChatAnswer, ChatOptions, ChatRequest, ProviderPorts, Usage } from './types.ts';

/** A piece that has not even the beginning of a key need not be searched for it in its other spellings. */
const SHORT_SECRET = 4;
/** What is kept of a text that was said, for the log and for an estimate of its tokens. */
const MAX_TEXT = 200_000;
/** A text this long is not cut into pieces to estimate its tokens: that would hold everything else up. */
const LONG_TEXT = 50_000;

/**
 * Passes one chat completion through to a service that speaks OpenAI's: whatever is in the caller's body goes there, and
 * what comes back goes to the caller as it is, but for secrets. Usage is always asked for; a chunk that holds nothing
 * else is kept back from a caller who did not ask for it.
 */
export async function passChat(
  ports: ProviderPorts,
  service: ChatService,
  request: ChatRequest,
  options: ChatOptions,
): Promise<ChatAnswer> {
  const key = memoryKey(service.id, service.baseUrl, service.model);
  const ours = request.stream && request.body['stream_options'] === undefined;
  const known = ports.memory?.get(key);
  const withUsage = ours && known?.omitStreamOptions !== true;
  const refusals: FailedAnswer[] = [];
  try {
    return await passOnce(ports, service, request, options, withUsage, refusals);
  } catch (error) {
    const refused = refusals.at(-1)?.body ?? '';
    if (!withUsage || !LexyBrainError.is(error, 'provider-bad-request')) throw error;
    if (!/stream_options|include_usage/i.test(refused)) throw error;
    const answer = await passOnce(ports, service, request, options, false, refusals);
    ports.memory?.set(key, { ...known, omitStreamOptions: true });
    return answer;
  }
}

function passOnce(
  ports: ProviderPorts,
  service: ChatService,
  request: ChatRequest,
  options: ChatOptions,
  withUsage: boolean,
  refusals: FailedAnswer[],
): Promise<ChatAnswer> {
  const time = ports.time ?? systemTime;
  const started = time.now();
  let attempts = 0;
  return call(
    ports,
    {
      name: `${service.id} chat passed through ${service.model}`,
      method: 'POST',
      url: `${service.baseUrl}/chat/completions`,
      headers: { accept: request.stream ? 'text/event-stream' : 'application/json', ...service.headers },
      body: bodyOf(service, request, withUsage),
      secrets: service.secrets,
      deadlines: service.deadlines,
      signal: options.signal,
      ...(service.loadingMs === undefined ? {} : { loadingMs: service.loadingMs }),
      beforeAttempt: (failed) => {
        attempts++;
        return options.beforeAttempt?.(attempts, failed);
      },
      explain: (answer) => failureOf(answer, service.style, service.secrets, service.model),
      onRefusal: (answer) => void refusals.push(answer),
    },
    async (answer) => {
      const passage = new Passage(service, request, options, () => time.now() - started);
      answer.keep(() => passage.text);
      await passage.read(answer);
      return passage.finish(service.servedBy?.(answer.headers));
    },
  );
}

function bodyOf(service: ChatService, { body, stream, maxTokens }: ChatRequest, withUsage: boolean): object {
  const limited = 'max_tokens' in body || 'max_completion_tokens' in body;
  return {
    ...body,
    model: service.model,
    stream,
    ...(withUsage ? { stream_options: { include_usage: true } } : {}),
    ...(maxTokens === undefined || limited ? {} : { [service.tokensField]: maxTokens }),
  };
}

/** One answer on its way through. */
class Passage {
  text = '';
  readonly #service: ChatService;
  readonly #request: ChatRequest;
  readonly #options: ChatOptions;
  readonly #sinceStart: () => number;
  readonly #usageWanted: boolean;
  readonly #secretStarts: readonly string[];
  #begun: () => void = () => undefined;
  #model = '';
  #finishReason = '';
  #usage: JsonObject | null = null;
  #firstTokenMs: number | undefined;
  #completion: unknown = null;
  #characters = 0;

  constructor(service: ChatService, request: ChatRequest, options: ChatOptions, sinceStart: () => number) {
    this.#service = service;
    this.#request = request;
    this.#options = options;
    this.#sinceStart = sinceStart;
    this.#secretStarts = service.secrets.map((secret) => secret.slice(0, SHORT_SECRET));
    this.#usageWanted = asObject(request.body['stream_options'])['include_usage'] === true;
  }

  async read(answer: Answer): Promise<void> {
    this.#begun = () => answer.begun();
    const { prefix } = this.#service.style;
    if (answer.contentType.includes('event-stream')) {
      const done = await answer.events((event) => this.#event(event), this.#options.ready);
      if (!done && this.#finishReason === '') throw brokenOff(prefix);
      return;
    }
    const completion = await answer.json();
    const source = asObject(completion);
    if (isFailure(source)) throw this.#failure(JSON.stringify(completion));
    if (!Array.isArray(source['choices'])) throw this.#unusable('did not answer as chat completions do');
    this.#note(source);
    const shown = hideSecretsDeep(completion, this.#service.secrets);
    if (!this.#request.stream) this.#completion = shown;
    // A server that does not stream, asked by a client that wants one.
    else this.#options.onEvent?.(JSON.stringify(asChunk(asObject(shown))));
  }

  finish(servedBy: string | undefined): ChatAnswer {
    const { secrets, model } = this.#service;
    return {
      completion: this.#completion,
      text: hideSecrets(this.text, secrets),
      model: redactLine(this.#model, secrets, 200) || model,
      usage: this.#readUsage(),
      ...(servedBy ? { servedBy: redactLine(servedBy, secrets, 100) } : {}),
      ...(this.#finishReason === '' ? {} : { finishReason: redactLine(this.#finishReason, secrets, 100) }),
      ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
    };
  }

  #event({ event, data }: StreamEvent): boolean {
    if (data === '' || data.trim() === '') return false;
    if (data.trim() === '[DONE]') return true;
    let chunk: JsonObject;
    try {
      chunk = asObject(JSON.parse(data));
    } catch (error) {
      if (event === 'error') throw this.#failure(data);
      throw this.#unusable('sent a piece that is not JSON', error);
    }
    if (event === 'error' || isFailure(chunk)) throw this.#failure(data);
    this.#note(chunk);
    const onlyUsage = asArray(chunk['choices']).length === 0 && 'usage' in chunk;
    if (onlyUsage && !this.#usageWanted) return false;
    const line = data.includes('\n') ? JSON.stringify(chunk) : data;
    const told = this.#secretStarts.some((start) => line.includes(start));
    this.#options.onEvent?.(told ? hideSecrets(line, this.#service.secrets) : line);
    return false;
  }

  /** Takes from a chunk, or a whole completion, what is counted and logged. */
  #note(chunk: JsonObject): void {
    this.#model ||= asText(chunk['model']);
    this.#usage = usageOf(chunk) ?? this.#usage;
    for (const choice of asArray(chunk['choices']).map(asObject)) {
      this.#finishReason = asText(choice['finish_reason']) || this.#finishReason;
      const part = asObject(choice['delta'] ?? choice['message']);
      const thought = asText(part['reasoning_content']) || asText(part['reasoning']);
      const said = contentOf(part['content']) + callsOf(part);
      if (thought + said === '') continue;
      if (this.#firstTokenMs === undefined) {
        this.#begun();
        this.#firstTokenMs = this.#sinceStart();
      }
      this.#characters += thought.length + said.length;
      if (this.text.length < MAX_TEXT) this.text += said.slice(0, MAX_TEXT - this.text.length);
    }
  }

  #readUsage(): Usage {
    const { secrets } = this.#service;
    const raw = this.#usage === null ? null : hideSecretsDeep(this.#usage, secrets);
    const counted = chatUsage(this.#usage, raw);
    if (counted !== null) return counted;
    const out = this.#characters > this.text.length ? Math.ceil(this.#characters / 4) : tokensOf(this.text);
    return { ...estimatedChatUsage(this.#request.body, ''), out, raw };
  }

  #failure(body: string): LexyBrainError {
    const { style, secrets, model } = this.#service;
    return failureOf({ status: null, headers: new Headers(), body }, style, secrets, model);
  }

  #unusable(what: string, cause?: unknown): LexyBrainError {
    return unusable(this.#service.style.prefix, what, this.#service.secrets, cause);
  }
}

/** The tokens of a chat that nobody counted, from what was sent and said. */
export function estimatedChatUsage(body: Readonly<Record<string, unknown>>, text: string): Usage {
  const sent = [body['messages'], body['tools']].map((part) =>
    part === undefined ? '' : JSON.stringify(part),
  );
  return {
    uncachedIn: tokensOf(sent.join('')),
    cacheRead: 0,
    cacheWrite: 0,
    out: tokensOf(text),
    estimated: true,
    raw: null,
  };
}

function tokensOf(text: string): number {
  return text.length > LONG_TEXT ? Math.ceil(utf8Length(text) / 4) : estimateTokens(text);
}

/** `error: null` stands in good chunks of some servers; vLLM marks an error by its `object`. */
function isFailure(chunk: JsonObject): boolean {
  return (chunk['error'] ?? null) !== null || chunk['object'] === 'error';
}

function callsOf(part: JsonObject): string {
  return asArray(part['tool_calls'])
    .map((each) => asObject(asObject(each)['function']))
    .map((fn) => asText(fn['name']) + asText(fn['arguments']))
    .join('');
}

/** A whole completion as the only chunk of a stream. */
function asChunk(completion: JsonObject): object {
  const choices = asArray(completion['choices']).map((each) => {
    const { message, ...choice } = asObject(each);
    const { tool_calls: calls, ...delta } = asObject(message);
    const numbered = asArray(calls).map((one, index) => ({ index, ...asObject(one) }));
    return { ...choice, delta: numbered.length === 0 ? delta : { ...delta, tool_calls: numbered } };
  });
  return { ...completion, object: 'chat.completion.chunk', choices };
}

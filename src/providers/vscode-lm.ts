import { LexyBrainError, messageOf } from '../errors.ts';
import { deadlinesOf } from './access.ts';
import { Cancellation } from './cancellation.ts';
import { emptyCompletion } from './completion.ts';
import { connectionResult } from './connection.ts';
import { REMOTE_DEADLINES } from './http.ts';
import { asObject, asText } from './json.ts';
import { inWords } from './openai-chat.ts';
import { redactLine } from './redact.ts';
import { systemTime } from './time.ts';
import { DEFAULT_MAX_TOKENS, estimateTokens } from './tokens.ts';
import { wireSchema } from './wire-schema.ts';
import type {
  ConnectionOptions,
  ConnectionResult,
  GenerateOptions,
  LanguageModelDescription,
  LanguageModels,
  LexyBrainProvider,
  LexyBrainProviderRequest,
  LexyBrainProviderResponse,
  ModelInfo,
  ProviderEntry,
  ProviderPorts,
} from './types.ts';

/** Models that we offer to the editor ourselves; asking them would be asking ourselves. */
const OWN_VENDOR = 'lexybrain';

const PREFIX = 'VS Code';

/** The models that the editor offers. Not billed here; the editor asks the user for consent at the first request. */
class VsCodeProvider implements LexyBrainProvider {
  readonly #ports: ProviderPorts;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
  }

  getProviderName(): string {
    return vscode.label;
  }

  async generate(
    request: LexyBrainProviderRequest,
    options: GenerateOptions = {},
  ): Promise<LexyBrainProviderResponse> {
    const { log } = this.#ports;
    const time = this.#ports.time ?? systemTime;
    const deadlines = deadlinesOf(this.#ports, REMOTE_DEADLINES);
    const scope = new Cancellation(time, options.signal);
    const started = time.now();
    const late = (): LexyBrainError =>
      new LexyBrainError('provider-timeout', `${PREFIX}: the model did not answer in time.`, {
        advice: 'Ask again, or pick another model.',
      });
    let text = '';
    let name = request.model ?? 'no model';
    const report = (outcome: string): void =>
      log.info(redactLine(`vscode ${name}: attempt 1, ${outcome} after ${time.now() - started} ms`));
    try {
      scope.deadline(deadlines.whole, late);
      const lm = this.#languageModels();
      const model = await scope.guard(this.#choose(lm, request.model ?? this.#ports.model, scope.signal));
      name = idOf(model);
      const message = messageFor(request);
      const promptTokens = await count(lm, model, message, scope);
      if (promptTokens > model.maxInputTokens) {
        throw new LexyBrainError(
          'provider-bad-request',
          `${PREFIX}: ${name} takes ${model.maxInputTokens} tokens, the request has ${promptTokens}.`,
          { advice: 'Pick a model with a larger context, or a shorter list.' },
        );
      }
      await scope.guard(Promise.resolve(options.beforeAttempt?.(1)));
      // Counted from when the user may have been asked for consent, which takes as long as it takes.
      let firstTokenMs: number | undefined;
      const answer = lm.send(model, message, {
        justification: 'LexyBrain writes the insight you asked for.',
        maxTokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
        signal: scope.signal,
      });
      const pieces = answer[Symbol.asyncIterator]();
      for (;;) {
        const piece = await scope.guard(pieces.next());
        if (piece.done === true) break;
        if (piece.value === '') continue;
        firstTokenMs ??= time.now() - started;
        text += piece.value;
        options.onText?.(piece.value);
      }
      if (text.trim() === '') {
        throw emptyCompletion({ prefix: PREFIX, finishReason: '', refusal: '', secrets: [] });
      }
      const out = await count(lm, model, text, scope);
      report('answered');
      return {
        completion: text,
        model: name,
        usage: { uncachedIn: promptTokens, cacheRead: 0, cacheWrite: 0, out, estimated: true, raw: null },
        ...(request.schema ? { structure: 'instructions' as const } : {}),
        attempts: 1,
        ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
      };
    } catch (error) {
      const failure = asFailure(error, scope.signal, text);
      report(failure.reason);
      throw failure;
    } finally {
      scope.dispose();
    }
  }

  /** Looks only; a request, and with it the question for consent, follows an action of the user. */
  testConnection(options: ConnectionOptions = {}): Promise<ConnectionResult> {
    return connectionResult(async () => {
      const model = await this.#choose(
        this.#languageModels(),
        options.model ?? this.#ports.model,
        options.signal,
      );
      const consent =
        model.allowed === true
          ? 'you have allowed its use'
          : 'VS Code will ask for your consent at the first request';
      return {
        success: model.allowed !== false,
        message: `VS Code offers ${model.name}; ${model.allowed === false ? 'its use is not allowed' : consent}.`,
        details: { model: idOf(model), allowed: model.allowed ?? null },
      };
    });
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    return (await offered(this.#languageModels(), signal)).map((model) => ({
      id: idOf(model),
      contextTokens: model.maxInputTokens,
      price: null,
      live: true,
      structuredOutput: false,
      servedBy: [model.vendor],
    }));
  }

  #languageModels(): LanguageModels {
    const { languageModels } = this.#ports;
    if (languageModels) return languageModels;
    throw new LexyBrainError(
      'provider-unavailable',
      'The models of VS Code can only be used inside VS Code.',
      {
        advice: 'Choose another provider here.',
      },
    );
  }

  async #choose(
    lm: LanguageModels,
    wanted: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LanguageModelDescription> {
    const models = await offered(lm, signal);
    const [first] = models;
    if (!first) {
      throw new LexyBrainError('provider-model-unknown', 'VS Code offers no language model.', {
        advice:
          'Sign in to GitHub Copilot or install an extension that brings models, or choose another provider.',
      });
    }
    if (wanted === undefined || wanted === '') return first;
    const found =
      models.find((model) => idOf(model) === wanted) ??
      models.find((model) => model.id === wanted || model.family === wanted);
    if (found) return found;
    throw new LexyBrainError('provider-model-unknown', `VS Code does not offer the model ${wanted}.`, {
      advice: `Pick one that it offers: ${models.map(idOf).slice(0, 5).join(', ')}.`,
    });
  }
}

async function offered(
  lm: LanguageModels,
  signal: AbortSignal | undefined,
): Promise<readonly LanguageModelDescription[]> {
  return (await lm.list(signal)).filter(({ vendor }) => vendor.toLowerCase() !== OWN_VENDOR);
}

function idOf({ vendor, id }: LanguageModelDescription): string {
  return `${vendor}/${id}`;
}

/** There are no system messages: instructions stand at the head of the one user message. */
function messageFor(request: LexyBrainProviderRequest): string {
  const shape = request.schema && inWords(wireSchema(request.schema.schema));
  return [request.system, request.prompt, shape]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
}

async function count(
  lm: LanguageModels,
  model: LanguageModelDescription,
  text: string,
  scope: Cancellation,
): Promise<number> {
  try {
    return await scope.guard(lm.countTokens(model, text, scope.signal));
  } catch (error) {
    if (scope.signal.aborted) throw error;
    return estimateTokens(text);
  }
}

/** The editor's `LanguageModelError` codes in the user's words; they may be thrown in the middle of an answer. */
function asFailure(error: unknown, signal: AbortSignal, text: string): LexyBrainError {
  const kept = text === '' ? {} : { rawAnswer: text };
  if (LexyBrainError.is(error)) {
    if (text === '' || error.rawAnswer !== undefined) return error;
    const { reason, message, advice } = error;
    return new LexyBrainError(reason, message, { ...kept, ...(advice === undefined ? {} : { advice }) });
  }
  if (signal.aborted) return signal.reason as LexyBrainError;
  const code = asText(asObject(error)['code']);
  const cause = error instanceof Error ? error.cause : undefined;
  const words = redactLine([messageOf(error), ...(cause === undefined ? [] : [messageOf(cause)])].join(': '));
  const fail = (reason: LexyBrainError['reason'], what: string, advice: string): LexyBrainError =>
    new LexyBrainError(reason, `${PREFIX}: ${what}${words === '' ? '' : ` (${words})`}`, { advice, ...kept });
  switch (code) {
    case 'NoPermissions':
      return fail(
        'provider-forbidden',
        'the use of its language models was not allowed.',
        'Allow it when VS Code asks, or under Accounts › Manage Language Model Access.',
      );
    case 'Blocked':
      return fail(
        'provider-quota',
        'the request was blocked: the quota is used up, or the content was filtered.',
        'Wait until the quota is renewed, or choose another provider.',
      );
    case 'NotFound':
      return fail(
        'provider-model-unknown',
        'the model is not offered any more.',
        'Pick another with LexyBrain: Select Model.',
      );
    default:
      return fail(
        'provider-unavailable',
        'the model could not answer.',
        'Ask again, or choose another provider.',
      );
  }
}

export const vscode: ProviderEntry = {
  id: 'vscode',
  label: 'VS Code language models',
  needsKey: false,
  keyName: null,
  defaultBaseUrl: null,
  defaultModel: null,
  keyUrl: null,
  docsUrl: 'https://code.visualstudio.com/docs/copilot/customization/language-models',
  statusUrl: null,
  priced: false,
  recommended: [],
  create: (ports) => new VsCodeProvider(ports),
};

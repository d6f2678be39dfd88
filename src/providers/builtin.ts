import { LexyBrainError } from '../errors.ts';
import type {
  ConnectionResult,
  GenerateOptions,
  LexyBrainProvider,
  LexyBrainProviderRequest,
  LexyBrainProviderResponse,
  ProviderEntry,
} from './types.ts';

/** The built-in analyst as a provider: it answers with what `options.compute` works out from the metrics. No model, no network. */
class BuiltinProvider implements LexyBrainProvider {
  getProviderName(): string {
    return builtin.label;
  }

  async generate(
    _request: LexyBrainProviderRequest,
    options: GenerateOptions = {},
  ): Promise<LexyBrainProviderResponse> {
    if (!options.compute) {
      throw new LexyBrainError('invalid-request', 'The built-in analyst works on a keyword list only.', {
        advice: 'Ask for an insight on a list, or choose a provider with a language model.',
      });
    }
    throwIfCancelled(options.signal);
    const completion = JSON.stringify(await options.compute());
    throwIfCancelled(options.signal);
    options.onText?.(completion);
    return {
      completion,
      model: 'builtin',
      usage: { uncachedIn: 0, cacheRead: 0, cacheWrite: 0, out: 0, estimated: false, raw: null },
      finishReason: 'stop',
      attempts: 0,
    };
  }

  testConnection(): Promise<ConnectionResult> {
    return Promise.resolve({
      success: true,
      message: 'The built-in analyst is ready: computed on this machine, no language model.',
    });
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LexyBrainError('cancelled', 'Cancelled.');
}

export const builtin: ProviderEntry = {
  id: 'builtin',
  label: 'Built-in analyst',
  needsKey: false,
  keyName: null,
  defaultBaseUrl: null,
  defaultModel: 'builtin',
  keyUrl: null,
  docsUrl: null,
  statusUrl: null,
  priced: false,
  recommended: [],
  create: () => new BuiltinProvider(),
};

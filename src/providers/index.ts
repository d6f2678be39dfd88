import { LexyBrainError } from '../errors.ts';
import { anthropic } from './anthropic.ts';
import { builtin } from './builtin.ts';
import { huggingface } from './huggingface.ts';
import { local } from './local.ts';
import { openai } from './openai.ts';
import { vscode } from './vscode-lm.ts';
import type { LexyBrainProvider, ProviderEntry, ProviderId, ProviderPorts } from './types.ts';

/** Every provider, in the order in which they are offered. A new one is a file, its id in types.ts, and a line here. */
export const PROVIDERS: readonly ProviderEntry[] = [builtin, huggingface, openai, anthropic, local, vscode];

/** The provider of that name. Throws `provider-deprecated` for RunPod and `provider-unknown` for any other name. */
export function providerEntry(id: string): ProviderEntry {
  const name = id.trim().toLowerCase();
  const entry = PROVIDERS.find((one) => one.id === name);
  if (entry) return entry;
  const choices = PROVIDERS.map((one) => one.id).join(', ');
  if (name === 'runpod') {
    throw new LexyBrainError('provider-deprecated', 'RunPod is no longer supported as a provider.', {
      advice:
        'Choose huggingface instead: set LEXYBRAIN_PROVIDER (or the setting lexybrain.provider) to huggingface and set HF_TOKEN. ' +
        `The old RunPod variables may stay; they are not read. To run a model of your own, choose local. Providers: ${choices}.`,
    });
  }
  throw new LexyBrainError('provider-unknown', `There is no provider called “${name.slice(0, 40)}”.`, {
    advice: `Choose one of: ${choices}.`,
  });
}

/** A provider, ready for requests. It keeps nothing between them; what is learned of models goes to `ports.memory`. */
export function createProvider(id: string, ports: ProviderPorts): LexyBrainProvider {
  return providerEntry(id).create(ports);
}

export interface ModelReference {
  readonly provider: ProviderId;
  /** As the provider names it; null: the provider's default. */
  readonly model: string | null;
}

/**
 * `provider/model-id`, e.g. `huggingface/meta-llama/Llama-3.1-8B-Instruct`, or a provider alone. A model's own name without
 * its provider (`openai/gpt-oss-120b` on Hugging Face) is no reference: the part before the first slash is the provider.
 */
export function parseModelReference(text: string): ModelReference {
  const [first = '', ...rest] = text.trim().split('/');
  const { id } = providerEntry(first);
  const model = rest.join('/').trim();
  return { provider: id, model: model === '' ? null : model };
}

export function formatModelReference({ provider, model }: ModelReference): string {
  return model === null ? provider : `${provider}/${model}`;
}

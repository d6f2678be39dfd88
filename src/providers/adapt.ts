import { LexyBrainError } from '../errors.ts';
import { isNoSuchAddress, isTooLong, providerWords, reasonOf, type FailedAnswer } from './failure.ts';
import type { ModelMemory, ModelQuirks, StructureMode } from './types.ts';

export interface Adaptation {
  readonly memory: ModelMemory | undefined;
  /** Under which what was learned is remembered: provider, base URL and model. */
  readonly key: string;
  /** How the answer can be held to its schema, strictest first. Empty when no schema was asked for. */
  readonly modes: readonly StructureMode[];
}

export type AdaptedSend<T> = (quirks: ModelQuirks, onRefusal: (answer: FailedAnswer) => void) => Promise<T>;

/**
 * Sends a request, and again in another form when the model turns out not to take something: a temperature, the name of a
 * field, JSON schema, JSON mode. What worked in the end is remembered; a refusal is not billed.
 */
export async function adaptively<T>(adaptation: Adaptation, send: AdaptedSend<T>): Promise<T> {
  const { memory, key, modes } = adaptation;
  let quirks = startWith(memory?.get(key) ?? {}, modes);
  for (let learned = false; ; learned = true) {
    const refusals: FailedAnswer[] = [];
    try {
      const value = await send(quirks, (answer) => refusals.push(answer));
      if (learned) memory?.set(key, quirks);
      return value;
    } catch (error) {
      const refusal = refusals.at(-1);
      const next =
        refusal !== undefined && LexyBrainError.is(error, 'provider-bad-request', 'provider-unavailable')
          ? adapt(quirks, refusal, modes)
          : null;
      if (next === null) throw error;
      quirks = next;
    }
  }
}

/** A mode learned elsewhere counts only where it is among those of this request. */
function startWith(known: ModelQuirks, modes: readonly StructureMode[]): ModelQuirks {
  const [strictest] = modes;
  if (strictest === undefined) return known;
  const { structure } = known;
  return { ...known, structure: structure && modes.includes(structure) ? structure : strictest };
}

/** What to do without after this refusal; null when nothing of ours can have been the reason. */
function adapt(
  quirks: ModelQuirks,
  refusal: FailedAnswer,
  modes: readonly StructureMode[],
): ModelQuirks | null {
  const said = providerWords(refusal.body);
  if (isTooLong(refusal.status, said) || isNoSuchAddress(refusal.status)) return null;
  const about = `${said.param} ${said.message}`;
  if (/temperature/i.test(about) && !quirks.omitTemperature) return { ...quirks, omitTemperature: true };
  if (/stream_options|include_usage/i.test(about) && !quirks.omitStreamOptions) {
    return { ...quirks, omitStreamOptions: true };
  }
  if (/system role|system message|roles must alternate/i.test(about) && !quirks.mergeSystem) {
    return { ...quirks, mergeSystem: true };
  }
  if (/max_(?:completion_)?tokens/i.test(about) && quirks.tokensField === undefined) {
    const refused =
      said.param.includes('max_completion_tokens') || !said.message.includes('max_completion_tokens');
    const names = /unsupported|unrecognized|unknown|not (?:supported|permitted|allowed)|extra/i.test(about);
    if (names) {
      return {
        ...quirks,
        tokensField: refused && said.param !== 'max_tokens' ? 'max_tokens' : 'max_completion_tokens',
      };
    }
  }
  const blamesStructure = /schema|response_format|output_config|output_format|json|grammar|structured/i.test(
    about,
  );
  // A server that is down or overloaded takes no other form either.
  if (!blamesStructure && reasonOf(refusal.status, said) !== 'provider-bad-request') return null;
  const weaker = quirks.structure && modes[modes.indexOf(quirks.structure) + 1];
  return weaker ? { ...quirks, structure: weaker } : null;
}

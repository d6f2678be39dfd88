import { LexyBrainError } from '../errors.ts';
import type { ConnectionOptions, ConnectionResult, ModelInfo } from './types.ts';

/** The result of a test, where a failure is a result too; only a cancel is thrown. */
export async function connectionResult(test: () => Promise<ConnectionResult>): Promise<ConnectionResult> {
  try {
    return await test();
  } catch (error) {
    if (!LexyBrainError.is(error) || error.reason === 'cancelled') throw error;
    return {
      success: false,
      message: error.toUserText(),
      reason: error.reason,
      details: error.status === undefined ? {} : { status: error.status },
    };
  }
}

/** A test that costs nothing: the list of models proves the key, and shows whether the chosen model is there. */
export function testByList(
  label: string,
  chosen: string | undefined,
  list: (signal?: AbortSignal) => Promise<readonly ModelInfo[]>,
  options: ConnectionOptions,
): Promise<ConnectionResult> {
  return connectionResult(async () => {
    const models = await list(options.signal);
    const live = models.filter((model) => model.live);
    const model = options.model ?? chosen;
    const details = { models: live.length, model: model ?? null };
    if (model !== undefined && !live.some(({ id }) => id === model)) {
      return {
        success: false,
        message: `${label} answered, but ${model} is not among its ${live.length} live models. Pick one with LexyBrain: Select Model.`,
        reason: 'provider-model-unknown',
        details,
      };
    }
    const found = model === undefined ? `${live.length} models are there` : `${model} is there`;
    return { success: true, message: `${label} answered, and ${found}.`, details };
  });
}

/** The model to ask; there is no default that would last. */
export function needModel(label: string, ...candidates: readonly (string | undefined)[]): string {
  const model = candidates.find((one) => one !== undefined && one.trim() !== '');
  if (model !== undefined) return model;
  throw new LexyBrainError('provider-model-unknown', `No model of ${label} is chosen.`, {
    advice: 'Pick one with LexyBrain: Select Model, or set LEXYBRAIN_MODEL_ID.',
  });
}

import * as vscode from 'vscode';
import type { LanguageModelDescription, LanguageModels } from '../providers/types.ts';

/**
 * The language models that VS Code offers, as the `vscode` provider takes them; undefined in an editor that has no such
 * interface. (VS Code 1.105 drops a cancellation once a model has begun to answer, whatever is done here.) Failures are passed on as VS Code throws them (`LanguageModelError` with its `code`).
 */
export function editorLanguageModels(
  access: vscode.LanguageModelAccessInformation,
): LanguageModels | undefined {
  // Editors made from VS Code may lack it, whatever the types say.
  const { lm } = vscode as { lm?: Partial<typeof vscode.lm> };
  const select = lm?.selectChatModels?.bind(lm);
  if (select === undefined) return undefined;

  const find = async ({ vendor, id }: LanguageModelDescription): Promise<vscode.LanguageModelChat> => {
    const [model] = await select({ vendor, id });
    if (model !== undefined) return model;
    throw vscode.LanguageModelError.NotFound(`${vendor}/${id} is not offered any more.`);
  };

  return {
    list: async () =>
      (await select()).map((model) => {
        const { id, vendor, family, name, maxInputTokens } = model;
        // Looks without asking; undefined while the user has not been asked.
        const allowed = access.canSendRequest(model);
        return {
          ...{ id, vendor, family, name, maxInputTokens },
          ...(allowed === undefined ? {} : { allowed }),
        };
      }),

    async *send(description, message, { justification, maxTokens, signal }) {
      const cancellation = tokenOf(signal);
      try {
        const model = await find(description);
        const response = await model.sendRequest(
          [vscode.LanguageModelChatMessage.User(message)],
          { justification, modelOptions: { max_tokens: maxTokens } },
          cancellation.token,
        );
        yield* response.text;
      } finally {
        cancellation.dispose();
      }
    },

    async countTokens(description, text, signal) {
      const cancellation = tokenOf(signal);
      try {
        return await (await find(description)).countTokens(text, cancellation.token);
      } finally {
        cancellation.dispose();
      }
    },
  };
}

/** An abort signal in VS Code's terms. */
function tokenOf(signal: AbortSignal | undefined): {
  readonly token: vscode.CancellationToken;
  readonly dispose: () => void;
} {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return {
    token: source.token,
    dispose: () => {
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    },
  };
}

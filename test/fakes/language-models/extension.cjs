// An extension that brings language models, for the host suites. What they answer, the suites say.
const vscode = require('vscode');

/**
 * `pieces` are streamed; then `end` decides: 'done', 'Blocked' (VS Code's error, in the middle of the answer) or 'silent'
 * until the request is cancelled. `requests` are what was asked.
 */
const control = { pieces: [], end: 'done', requests: [], cancelled: 0 };

const model = (id) => ({
  id,
  name: `Fake ${id}`,
  family: 'fake',
  version: '1',
  maxInputTokens: id === 'small' ? 10 : 100_000,
  maxOutputTokens: 4096,
  capabilities: {},
});

const provider = (ids) => ({
  provideLanguageModelChatInformation: () => ids.map(model),
  async provideLanguageModelChatResponse({ id }, messages, options, progress, token) {
    const text = messages
      .flatMap(({ content }) => content)
      .map((part) => part.value)
      .join('');
    control.requests.push({ id, messages: messages.length, text, options: options.modelOptions });
    for (const piece of control.pieces) progress.report(new vscode.LanguageModelTextPart(piece));
    if (control.end === 'Blocked') throw vscode.LanguageModelError.Blocked('Come back tomorrow.');
    if (control.end === 'silent' && !token.isCancellationRequested) {
      await new Promise((resolve) => token.onCancellationRequested(resolve));
      control.cancelled += 1;
    }
  },
  provideTokenCount: (_model, text) =>
    Promise.resolve(Math.ceil((typeof text === 'string' ? text : JSON.stringify(text)).length / 4)),
});

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('fake-models', provider(['writer', 'small'])),
    vscode.lm.registerLanguageModelChatProvider('lexybrain', provider(['own'])),
  );
  return control;
};

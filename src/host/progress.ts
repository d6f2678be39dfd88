import * as vscode from 'vscode';

/** Work that is done sooner is not worth a word. */
const PATIENCE_MS = 800;

/** Does work that usually takes no time; where it does, a notification says so and can cancel it. */
export async function withProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const running = work(controller.signal);
  const cancelled = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(new vscode.CancellationError()), { once: true });
  });
  const done = Promise.race([running, cancelled]);
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, (_, token) => {
      token.onCancellationRequested(() => controller.abort());
      return settled;
    });
  }, PATIENCE_MS);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
  }
}

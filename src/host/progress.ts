import * as vscode from 'vscode';

/** Work that is done sooner is not worth a word. */
const PATIENCE_MS = 800;

/**
 * Does work that usually takes no time; where it does, a notification says so and can cancel it.
 * @param work may report how far it is
 */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let report: (message: string) => void = () => undefined;
  const running = work(controller.signal, (message) => report(message));
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
    void vscode.window.withProgress(options, (progress, token) => {
      report = (message) => progress.report({ message });
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

import * as vscode from 'vscode';

/** A cancellable notification for the time in which an insight is being made and the panel is out of sight. */
export class HiddenProgress {
  #end: (() => void) | undefined;

  begin(title: string, cancel: () => void): void {
    if (this.#end !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#end = () => resolve(undefined);
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `LexyBrain: ${title}`, cancellable: true },
      async (_, token) => {
        const subscription = token.onCancellationRequested(cancel);
        await promise;
        subscription.dispose();
      },
    );
  }

  end(): void {
    this.#end?.();
    this.#end = undefined;
  }
}

import { toPanelSchema, type FromPanel, type SavedPanel, type ToPanel } from '../protocol/messages.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The one door to the extension. */
export interface Host {
  readonly post: (message: FromPanel) => void;
  /** What a reload of the window gives back to the extension: an identity, no data. */
  readonly save: (state: SavedPanel) => void;
}

/** Connects to the extension; may be called once in a page's life. Messages that fit no schema are dropped. */
export function connect(onMessage: (message: ToPanel) => void): Host {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toPanelSchema.safeParse(event.data);
    if (parsed.success) onMessage(parsed.data);
  });
  return {
    post: (message) => api.postMessage(message),
    save: (state) => api.setState(state),
  };
}

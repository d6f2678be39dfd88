import {
  savedListPageSchema,
  toListPageSchema,
  type FromListPage,
  type SavedListPage,
  type ToListPage,
} from '../../protocol/list-messages.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
  getState(): unknown;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The one door to the extension. */
export interface ListHost {
  readonly post: (message: FromListPage) => void;
  /** How the page looked at the list before it was hidden or reloaded; null for one that is new. */
  readonly saved: SavedListPage | null;
  readonly save: (state: SavedListPage) => void;
}

/** Connects to the extension; may be called once in a page's life. Messages that fit no schema are dropped. */
export function connectList(onMessage: (message: ToListPage) => void): ListHost {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toListPageSchema.safeParse(event.data);
    if (parsed.success) onMessage(parsed.data);
  });
  const saved = savedListPageSchema.safeParse(api.getState());
  return {
    post: (message) => api.postMessage(message),
    saved: saved.success ? saved.data : null,
    save: (state) => api.setState(state),
  };
}

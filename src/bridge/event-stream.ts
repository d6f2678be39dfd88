import type { ServerResponse } from 'node:http';

/** How long the last of an answer may take to be read, ms. */
export const LINGER_MS = 30_000;

/** What a client may be behind with reading, bytes, before who sends is held up. */
const MOST_BEHIND = 256 * 1024;

/** Server-sent events to one client. Nothing is sent before the first event, so that a failure can still be a status. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #headers: Readonly<Record<string, string>>;
  /** What was sent in this turn: it leaves in one piece. */
  #pending = '';

  constructor(response: ServerResponse, headers: Readonly<Record<string, string>> = {}) {
    this.#response = response;
    this.#headers = headers;
  }

  get started(): boolean {
    return this.#response.headersSent;
  }

  /** False once the client is behind with reading. */
  get keepsUp(): boolean {
    return this.#response.writableLength < MOST_BEHIND;
  }

  /** Sends one event; `data` must be one line. */
  send(data: string, event?: string): void {
    if (this.#response.destroyed) return;
    if (!this.#response.headersSent) this.#begin();
    if (this.#pending === '') process.nextTick(this.#flush);
    this.#pending += `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
  }

  /** Undefined while the client keeps up; else resolves when it has caught up, or is gone. */
  readonly ready = (): Promise<void> | undefined => {
    this.#flush();
    const response = this.#response;
    if (this.keepsUp || response.destroyed) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
  };

  end(): void {
    if (!this.#response.headersSent) this.#begin();
    this.#flush();
    // A client that has stopped reading does not keep its connection.
    this.#response.setTimeout(LINGER_MS, () => this.#response.destroy());
    this.#response.end();
  }

  #begin(): void {
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      ...this.#headers,
    });
  }

  readonly #flush = (): void => {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '' && !this.#response.destroyed) this.#response.write(text);
  };
}

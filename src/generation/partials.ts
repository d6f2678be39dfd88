import { parsePartialDraft } from '../insights/check.ts';
import type { AnyInsightType } from '../insights/index.ts';
import { groundPartial, type Perspective } from './answer.ts';
import type { PartialResult } from './types.ts';

/** An unfinished answer is parsed at most this often. */
const INTERVAL_MS = 80;

/** Turns the pieces of a streamed answer into partial results: whole items that stand in the list, and nothing else. */
export class PartialStream {
  readonly #type: AnyInsightType;
  readonly #perspective: Perspective;
  readonly #show: (partial: PartialResult) => void;
  #text = '';
  #timer: NodeJS.Timeout | null = null;
  #busy = false;
  #ended = false;

  constructor(type: AnyInsightType, perspective: Perspective, show: (partial: PartialResult) => void) {
    this.#type = type;
    this.#perspective = perspective;
    this.#show = show;
  }

  readonly push = (piece: string): void => {
    this.#text += piece;
    this.#timer ??= setTimeout(() => void this.#parse(), INTERVAL_MS);
  };

  /** The answer begins anew. */
  readonly restart = (): void => {
    this.#text = '';
  };

  /** Nothing is shown any more. */
  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  get text(): string {
    return this.#text;
  }

  async #parse(): Promise<void> {
    this.#timer = null;
    if (this.#busy || this.#ended) return;
    this.#busy = true;
    const before = this.#text;
    try {
      const draft = parsePartialDraft(this.#type, before);
      const partial = draft === null ? null : await groundPartial(this.#type, draft, this.#perspective);
      if (partial !== null && !this.#isOver()) this.#show(partial);
    } catch {
      // An unfinished answer that makes no sense yet is not an error; the finished one is checked in full.
    } finally {
      this.#busy = false;
      if (this.#text !== before && !this.#isOver())
        this.#timer ??= setTimeout(() => void this.#parse(), INTERVAL_MS);
    }
  }

  /** A method, because the answer may change while a parse waits. */
  #isOver(): boolean {
    return this.#ended;
  }
}

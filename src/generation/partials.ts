import { parsePartialDraft } from '../insights/check.ts';
import type { AnyInsightType } from '../insights/index.ts';
import { turn } from '../providers/turns.ts';
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
  /** Counts the answers begun: what is known of an earlier one is not shown any more. */
  #answer = 0;
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
    this.#later();
  };

  /** The answer begins anew. */
  readonly restart = (): void => {
    this.#text = '';
    this.#answer += 1;
  };

  /** Nothing is shown any more. */
  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Everything that has come of the answer. */
  get text(): string {
    return this.#text;
  }

  #later(): void {
    if (this.#ended || this.#busy) return;
    this.#timer ??= setTimeout(() => void this.#parse(), INTERVAL_MS);
  }

  async #parse(): Promise<void> {
    this.#timer = null;
    this.#busy = true;
    await turn();
    const text = this.#text;
    const answer = this.#answer;
    if (this.#ended) return;
    try {
      const draft = parsePartialDraft(this.#type, text);
      const partial = draft === null ? null : await groundPartial(this.#type, draft, this.#perspective);
      if (partial !== null && this.#isCurrent(answer)) this.#show(partial);
    } catch {
      // An unfinished answer that makes no sense yet is not an error; the finished one is checked in full.
    } finally {
      this.#busy = false;
      if (this.#text !== text) this.#later();
    }
  }

  #isCurrent(answer: number): boolean {
    return !this.#ended && this.#answer === answer;
  }
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help text. */
  readonly help: string;
  /** Resolves to the exit code. */
  run(words: readonly string[], signal: AbortSignal): Promise<number>;
}

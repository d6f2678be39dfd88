import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from '../errors.ts';

/** What was typed cannot be used. */
export class UsageError extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** `parseArgs`, its complaints as sentences. */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  words: readonly string[],
  options: Options,
  command: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(
      messageOf(error).replace(/\. .*$|$/s, '.'),
      `lexybrain ${command} --help lists the options.`,
    );
  }
}

/** A number above zero, or the complaint about it. */
export function positiveNumber(text: string, option: string): number {
  const value = Number(text.replace(/^[$€£¥]/u, ''));
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${option} takes a number above zero, not “${text}”.`, `For example ${option} 20.`);
}

import { styleText } from 'node:util';
import { LexyBrainError, messageOf } from '../errors.ts';
import { UsageError } from './arguments.ts';
import { clean } from './terminal-markdown.ts';

/** An error for the terminal: what happened, then what to do. Never a stack. */
export function errorText(error: unknown): string {
  const advice = error instanceof UsageError || LexyBrainError.is(error) ? error.advice : undefined;
  const message = styleText('red', clean(messageOf(error)), { stream: process.stderr });
  return advice === undefined ? `${message}\n` : `${message}\n${clean(advice)}\n`;
}

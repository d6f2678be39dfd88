import { LexyBrainError } from '../errors.ts';
import { UsageError } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { errorText } from './errors-text.ts';

/** Exit codes: 0 done, 1 it did not work, 2 what was given cannot be used, 130 interrupted. */
async function main(words: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  const asksForHelp = name === '--help' || name === '-h';
  const command = COMMANDS.find((each) => each.name === (asksForHelp ? 'help' : name));
  if (command === undefined) {
    throw new UsageError(`There is no command called “${name}”.`, 'lexybrain --help lists them.');
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  return command.run(rest, interrupt.signal);
}

// Somebody who stops reading (`lexybrain … | head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(errorText(error));
  if (LexyBrainError.is(error, 'cancelled')) process.exitCode = 130;
  else process.exitCode = isTheirs(error) ? 2 : 1;
}

/** Whether another file, option or setting would make it work. */
function isTheirs(error: unknown): boolean {
  return (
    error instanceof UsageError ||
    (LexyBrainError.is(error) &&
      (error.reason.startsWith('list-') ||
        LexyBrainError.is(
          error,
          'invalid-request',
          'budget-missing',
          'provider-unknown',
          'provider-deprecated',
        )))
  );
}

import { COMMANDS } from './commands.ts';
import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  summary: 'show this',
  help: '',
  run: async ([name]) => {
    const asked = COMMANDS.find((each) => each.name === name && each.help !== '');
    process.stdout.write(asked === undefined ? overview() : asked.help);
    return 0;
  },
};

function overview(): string {
  const width = Math.max(...COMMANDS.map((each) => each.name.length));
  return [
    'lexybrain: market briefs, opportunities, ad splits and risks from a keyword list',
    '',
    'Usage: lexybrain COMMAND [options]',
    '',
    ...COMMANDS.map((each) => `  ${each.name.padEnd(width)}  ${each.summary}`),
    '',
    'lexybrain COMMAND --help tells about one command.',
    '',
  ].join('\n');
}

import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { newToken } from '../bridge/guard.ts';
import { logPorts } from '../bridge/log-ports.ts';
import { startBridge } from '../bridge/server.ts';
import { SETTINGS } from '../configuration.ts';
import { parseOptions, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { readInstructions } from './instructions.ts';
import { createTerminalEngine, terminalLists, terminalLog } from './ports.ts';
import { findList } from './workspace-lists.ts';

const HELP = `lexybrain serve: LexyBrain for other programs on this machine

Listens on 127.0.0.1 and ::1 only, and prints its address and the token that callers must show. Ctrl+C stops it.

  --port N           port to listen on (default ${SETTINGS.bridgePort.default}); the next free one where it is taken
  --workspace DIR    folder whose keyword lists can be named and whose .lexybrain logs (default: the current folder)
  --provider NAME    who answers where a request names no model: builtin, huggingface, openai, anthropic, local
  --model ID         its model
  --base-url URL     its address
  --instructions     follow the team's lexybrain/instructions/<type>.md of the workspace
  --log-chat         log the words of chats as well, not only their usage
  --help

Keys are read from the environment: HF_TOKEN, OPENAI_API_KEY, ANTHROPIC_API_KEY.
`;

const OPTIONS = {
  port: { type: 'string' },
  workspace: { type: 'string' },
  provider: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  instructions: { type: 'boolean' },
  'log-chat': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

export const serve: Command = {
  name: 'serve',
  summary: 'LexyBrain over HTTP for other programs on this machine',
  help: HELP,
  run: async (words, signal) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'serve');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const [odd] = positionals;
    if (odd !== undefined) throw new UsageError(`serve takes no “${odd}”.`, 'lexybrain serve --help');
    const workspace = await folderOf(values.workspace ?? '.');
    const engine = createTerminalEngine({
      settings: settingsOf(values),
      environment: process.env,
      lists: terminalLists(),
    });
    const token = newToken();
    const logFolder = async (): Promise<string> => join(workspace, '.lexybrain');
    try {
      const bridge = await startBridge(
        {
          engine,
          log: terminalLog,
          token: () => token,
          logFolder,
          logChat: () => values['log-chat'] === true,
          openList: async (name) =>
            engine.lists.open(await readFile(await findList(workspace, name)), { name }),
          instructions: (type) => readInstructions(workspace, type, values.instructions === true),
          ...logPorts(engine, logFolder),
        },
        { port: portOf(values.port) },
      );
      process.stdout.write(`LexyBrain listens at ${bridge.url}\nToken: ${token}\n`);
      process.stderr.write('Ctrl+C stops it.\n');
      await stopped(signal);
      await bridge.close();
    } finally {
      await engine.close();
    }
    return 0;
  },
};

async function folderOf(given: string): Promise<string> {
  const folder = resolve(given);
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return folder;
  throw new UsageError(`There is no folder ${given}.`, 'Name one with --workspace.');
}

function portOf(text: string | undefined): number {
  if (text === undefined) return SETTINGS.bridgePort.default;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port takes a number from 0 to 65535, not “${text}”.`, 'For example --port 43119.');
}

function settingsOf(values: Values): Record<string, unknown> {
  const provider = values.provider?.trim().toLowerCase();
  const baseUrl = values['base-url'];
  if (baseUrl !== undefined && (provider === undefined || provider === 'builtin')) {
    throw new UsageError('--base-url needs a --provider to go with.', 'For example --provider local.');
  }
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(values.model === undefined ? {} : { model: values.model }),
    ...(baseUrl === undefined ? {} : { [`${provider ?? ''}.baseUrl`]: baseUrl }),
  };
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import type { EnvHttpProxyAgent } from 'undici';
import { readConfiguration } from '../configuration.ts';
import { createEngine, type Engine } from '../engine.ts';
import { createLocalLists } from '../generation/lists.ts';
import type { KeywordLists } from '../generation/types.ts';
import { createWorkerLists } from '../generation/worker-lists.ts';
import type { Fetch, Log } from '../providers/types.ts';
import { openWorkspaceLog } from '../store/index.ts';

export interface TerminalSettings {
  /** Values given as options, by setting key. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The environment to read, or none at all. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where keyword lists are opened; in this thread when absent. */
  readonly lists?: KeywordLists;
}

/** This file runs from source, beside src/store, or bundled, beside the workers in dist. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const file = (fromSource: string, bundled: string): string =>
  fileURLToPath(new URL(FROM_SOURCE ? fromSource : bundled, import.meta.url));

const STORE_WORKER = file('../store/worker.ts', './store-worker.cjs');
const LIST_WORKER = file('../generation/list-worker.ts', './list-worker.cjs');
const SQL_WASM = file('../../node_modules/sql.js/dist/sql-wasm.wasm', './sql-wasm.wasm');
/** The keyword list that ships with the product. */
export const SAMPLE_LIST = file(
  '../../media/samples/nativity-sets-etsy.csv',
  '../media/samples/nativity-sets-etsy.csv',
);

/** The engine as the terminal runs it: options and environment in place of settings, no secret storage, lists in this thread. */
export function createTerminalEngine({ settings, environment, lists }: TerminalSettings): Engine {
  return createEngine({
    configuration: () => readConfiguration((key) => settings[key], environment),
    environment,
    storedKey: async () => undefined,
    log: terminalLog,
    fetch: undiciFetch,
    dataFolder: envPaths('lexybrain', { suffix: '' }).data,
    lists: lists ?? createLocalLists(),
    openLog: (folder, policy) =>
      openWorkspaceLog({ ...policy, folder, workerFile: STORE_WORKER, wasmFile: SQL_WASM, log: terminalLog }),
  });
}

/** Keyword lists in a worker, for who serves others meanwhile. */
export function terminalLists(): KeywordLists {
  return createWorkerLists(LIST_WORKER);
}

/** What goes wrong on the side is said on standard error; the rest is not for the terminal. */
export const terminalLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => process.stderr.write(`${message}\n`),
  error: (message) => process.stderr.write(`${message}\n`),
};

/** undici with the proxies of the environment; loaded when something is sent, which the built-in analyst never does. */
const undiciFetch: Fetch = async (url, init) => {
  const undici = await import('undici');
  proxies ??= new undici.EnvHttpProxyAgent();
  return (await undici.fetch(url, { ...(init as object), dispatcher: proxies })) as unknown as Response;
};
let proxies: EnvHttpProxyAgent | undefined;

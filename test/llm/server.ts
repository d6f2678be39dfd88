import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { LlmFiles } from './packages.ts';

export interface LlmServer {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/** What the server calls its model. */
export const MODEL_NAME = 'smollm2-135m-instruct';

const LOADING_MS = 120_000;

/** Starts llama-server on a free port of this machine; resolves once its model is loaded. */
export async function startServer({ model, server }: LlmFiles): Promise<LlmServer> {
  const port = await freePort();
  const args = [
    '-m',
    model,
    '--ctx-size',
    '8192',
    '--parallel',
    '1',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
  ];
  // No graphics card is asked for, so that the answer is the same wherever it runs.
  const child = spawn(server, [...args, '--n-gpu-layers', '0', '--alias', MODEL_NAME], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // An interrupted run leaves nothing behind.
  process.once('exit', () => child.kill());
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-4000)));
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`llama-server ended with ${String(code)}:\n${said}`)));
  });
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  const origin = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([ended, healthy(origin)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { baseUrl: `${origin}/v1`, stop };
}

async function healthy(origin: string): Promise<void> {
  const until = Date.now() + LOADING_MS;
  while (Date.now() < until) {
    const response = await fetch(`${origin}/health`).catch(() => null);
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('llama-server did not load its model in time.');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logPorts } from '../../src/bridge/log-ports.ts';
import { newToken } from '../../src/bridge/guard.ts';
import type { BridgePorts } from '../../src/bridge/ports.ts';
import { startBridge, type Bridge, type BridgeLimits } from '../../src/bridge/server.ts';
import { findList } from '../../src/cli/workspace-lists.ts';
import { openWorkspaceLog } from '../../src/store/index.ts';
import type { GenerationRecord } from '../../src/store/types.ts';
import { World } from './world.ts';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export interface ServedOptions {
  /** The log is a real one, in a folder of its own. */
  readonly realLog?: boolean;
  readonly limits?: Partial<BridgeLimits>;
  readonly ports?: Partial<BridgePorts>;
}

/** A whole engine behind a bridge at a port of its own, with a workspace for its lists. */
export class Served {
  readonly world: World;
  readonly workspace: string;
  token = newToken();
  logChat = false;
  bridge!: Bridge;

  static async start(options: ServedOptions = {}): Promise<Served> {
    const workspace = await mkdtemp(join(tmpdir(), 'lexybrain-bridge-'));
    await mkdir(join(workspace, 'lists'));
    const world = await World.start(
      options.realLog === true
        ? {
            openLog: (folder) =>
              openWorkspaceLog({
                folder,
                workerFile: path('../../src/store/worker.ts'),
                wasmFile: path('../../node_modules/sql.js/dist/sql-wasm.wasm'),
                log: { info: () => undefined, warn: (message) => world.log.warn(message) },
              }),
          }
        : {},
    );
    const served = new Served(world, workspace);
    const { engine } = world;
    const logFolder = async (): Promise<string> => join(workspace, '.lexybrain');
    served.bridge = await startBridge(
      {
        engine,
        log: world.log,
        token: () => served.token,
        logFolder,
        logChat: () => served.logChat,
        openList: async (name) =>
          engine.lists.open(await readFile(await findList(workspace, name)), { name }),
        instructions: async () => null,
        ...logPorts(engine, logFolder),
        ...options.ports,
      },
      { port: 0, ...(options.limits === undefined ? {} : { limits: options.limits }) },
    );
    return served;
  }

  private constructor(world: World, workspace: string) {
    this.world = world;
    this.workspace = workspace;
  }

  get url(): string {
    return this.bridge.url;
  }

  /** The memory log of the workspace. */
  get log(): ReturnType<World['logOf']> {
    return this.world.logOf(join(this.workspace, '.lexybrain'));
  }

  /** What was logged of generations, by the memory log. */
  get generations(): readonly GenerationRecord[] {
    return this.log.records.filter((record) => record.kind === 'generation');
  }

  /** A request with the bearer; `json` is its body. */
  call(target: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
    const { json, headers, ...rest } = init;
    return fetch(`${this.url}${target}`, {
      ...rest,
      ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(headers as Record<string, string> | undefined),
      },
    });
  }

  /** Writes to a bare socket; resolves to what came back once it is closed. */
  async raw(text: string, options: { readonly end?: boolean } = {}): Promise<string> {
    const socket = connect(this.bridge.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => (answer += piece));
    socket.on('error', () => undefined);
    if (text !== '') socket.write(text);
    if (options.end === true) socket.end();
    await new Promise((resolve) => socket.on('close', resolve));
    return answer;
  }

  async stop(): Promise<void> {
    await this.bridge.close();
    await this.world.stop();
    await rm(this.workspace, { recursive: true, force: true });
  }
}

/** The events of a stream: their names and what they carry. */
export function eventsOf(text: string): { event: string; data: string }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      data: /^data: (.*)$/m.exec(block)?.[1] ?? '',
    }));
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}

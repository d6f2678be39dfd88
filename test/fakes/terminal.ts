import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLI_SOURCE = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The terminal program as a process of its own, with a home and a current folder that are thrown away. */
export class Terminal {
  readonly folder: string;
  readonly #program: string;

  static async open(program = CLI_SOURCE): Promise<Terminal> {
    return new Terminal(program, await mkdtemp(join(tmpdir(), 'lexybrain-cli-')));
  }

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.folder = folder;
  }

  /** The user's data folder, where each system has it. */
  get data(): string {
    if (process.platform === 'darwin')
      return join(this.folder, 'Library', 'Application Support', 'lexybrain');
    return process.platform === 'win32'
      ? join(this.folder, 'lexybrain', 'Data')
      : join(this.folder, 'lexybrain');
  }

  start(words: readonly string[], environment: Record<string, string> = {}): Running {
    const child = spawn(process.execPath, [this.#program, ...words], {
      cwd: this.folder,
      // Nothing of the machine's own environment: it may hold keys, proxies and settings.
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        XDG_DATA_HOME: this.folder,
        LOCALAPPDATA: this.folder,
        NODE_NO_WARNINGS: '1',
        ...environment,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr }));
    });
    return { child, ended };
  }

  async run(
    words: readonly string[],
    options: { readonly environment?: Record<string, string>; readonly input?: string } = {},
  ): Promise<Ended> {
    const { child, ended } = this.start(words, options.environment);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
    return ended;
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

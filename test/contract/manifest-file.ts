import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../harness/paths.ts';

export interface Command {
  command: string;
  title: string;
  category: string;
}

export interface Setting {
  scope?: string;
  default?: unknown;
  description?: string;
  markdownDescription?: string;
}

/** What the contract looks at in package.json. */
export interface ManifestFile {
  version: string;
  engines: { vscode: string };
  activationEvents?: string[];
  devDependencies: Record<string, string>;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations?: string[] } };
  contributes: {
    commands: Command[];
    menus?: Record<string, { command?: string; submenu?: string }[]>;
    submenus?: { id: string }[];
    walkthroughs: { steps: { media: { svg: string; altText: string }; completionEvents: string[] }[] }[];
    configuration: { properties: Record<string, Setting> };
  };
}

export async function readText(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

export async function readManifest(): Promise<ManifestFile> {
  return JSON.parse(await readText('package.json')) as ManifestFile;
}

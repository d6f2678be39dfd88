import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, beforeEach } from 'mocha';
import * as vscode from 'vscode';
import { ScriptedDialogs } from '../fakes/dialogs.ts';
import type { InsightResult } from '../../src/generation/types.ts';
import type { Doors } from '../../src/host/container.ts';
import type { FromPanel, PanelState } from '../../src/protocol/messages.ts';
import { extension } from './window.ts';

/** Who uses the extension in a test. */
export interface User {
  dialogs: ScriptedDialogs;
  secrets: FakeSecrets;
  doors: Doors;
}

/** A list as a keyword tool for Amazon exports it: demand, competition, and names of brands among the terms. */
export const MAGNET_CSV = [
  'Keyword Phrase,Magnet IQ Score,Search Volume,Search Volume Trend,Competing Products,CPR,Title Density',
  'soy candle,2100,8400,12,"4,000",8,6',
  'soy candles gift set,1800,3900,25,900,6,2',
  'hand poured candle,1500,2600,8,700,5,1',
  'lavender soy candle,1200,2100,15,650,4,1',
  'scented candle,900,22000,-4,"60,000",30,40',
  'yankee candle,800,18000,-9,"30,000",28,35',
  'beeswax candle,700,5200,3,"2,500",9,5',
  'candle making kit,600,7400,-22,"9,000",14,12',
  'candle gift box,500,1700,18,400,3,1',
  'vanilla candle,400,3300,1,"3,100",10,8',
].join('\r\n');

/** The extension, activated, with its doors for tests. */
export async function doors(): Promise<Doors> {
  const exported: unknown = await extension().activate();
  assert.ok(typeof exported === 'object' && exported !== null && 'container' in exported);
  return exported as Doors;
}

/** A user to be scripted, afresh for each test of a suite; afterwards nothing expected may be left. */
export function scriptedUser(): User {
  const now = {} as User;
  let own: Pick<Doors, 'dialogs' | 'secrets'> | undefined;
  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    now.doors = await doors();
    own ??= { dialogs: now.doors.dialogs, secrets: now.doors.secrets };
    now.dialogs = new ScriptedDialogs();
    now.secrets = new FakeSecrets();
    now.doors.dialogs = now.dialogs;
    now.doors.secrets = now.secrets;
  });
  afterEach(() => {
    now.dialogs.assertDone();
  });
  // Other suites of the window meet the editor's own again.
  after(() => Object.assign(now.doors, own));
  return now;
}

/** Runs one of the commands that make an insight; fails with what the panel or a message says when there is none. */
export async function insight(user: User, command: string, ...args: unknown[]): Promise<InsightResult> {
  const result = await vscode.commands.executeCommand<InsightResult | undefined>(
    `lexybrain.${command}`,
    ...args,
  );
  if (result !== undefined) return result;
  const { view } = stateOf(user.doors) ?? {};
  throw new assert.AssertionError({
    message: `no insight: ${JSON.stringify(view ?? null).slice(0, 600)} ${user.dialogs.said.join(' | ')}`,
  });
}

export const stateOf = ({ container }: Doors): PanelState | undefined => container.controller().state;

/** What the panel's page would send. */
export function fromPage({ container }: Doors, message: FromPanel): void {
  container.controller().panel.receive(message);
}

/** Waits until something holds, and fails with its name when it does not come to. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
): Promise<T> {
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false && found !== null) return found;
    await delay(30);
  }
  throw new assert.AssertionError({ message: `it never came to pass: ${what}` });
}

/** A file of the first workspace folder, written through VS Code. */
export async function workspaceFile(
  name: string,
  text: string | Uint8Array,
  folder = 0,
): Promise<vscode.Uri> {
  const root = vscode.workspace.workspaceFolders?.[folder];
  assert.ok(root, 'no such folder is open');
  const uri = vscode.Uri.joinPath(root.uri, name);
  await vscode.workspace.fs.writeFile(uri, typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return uri;
}

export async function setSetting(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('lexybrain').update(key, value, vscode.ConfigurationTarget.Global);
}

/** The text of a document that the extension shows, once it does and holds what is looked for. */
export async function shownDocument(title: string, wanted: RegExp): Promise<string> {
  let text = '';
  await until(`a document “${title}” with ${wanted.source}`, () => {
    const document = vscode.window.activeTextEditor?.document;
    text = document?.uri.path.includes(title) === true ? document.getText() : '';
    return wanted.test(text);
  }).catch((error: unknown) => {
    throw new assert.AssertionError({ message: `${String(error)}\n${text}` });
  });
  return text;
}

/** The Markdown of a page with this title, once it is shown and matches. */
export async function shownPage(title: string, wanted: RegExp): Promise<string> {
  const document = await vscode.workspace.openTextDocument(
    vscode.Uri.from({ scheme: 'lexybrain', path: `/${title}.md` }),
  );
  await until(`a page “${title}” with ${wanted.source}`, () => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const isPage = tab?.input instanceof vscode.TabInputWebview && tab.label.includes(title);
    return isPage && wanted.test(document.getText());
  });
  return document.getText();
}

/** Environment variables for the length of a test: undefined removes one. */
export async function withEnvironment(
  values: Readonly<Record<string, string | undefined>>,
  work: () => Promise<void>,
): Promise<void> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const apply = (set: Readonly<Record<string, string | undefined>>): void => {
    for (const [name, value] of Object.entries(set)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  apply(values);
  try {
    await work();
  } finally {
    apply(before);
  }
}

/** Secrets in memory, with the faults a secret storage can have. */
export class FakeSecrets implements vscode.SecretStorage {
  readonly kept = new Map<string, string>();
  /** What every access throws. */
  broken: string | undefined;
  /** Takes secrets and does not keep them, as some web servers do. */
  forgetful = false;
  readonly #changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  readonly onDidChange = this.#changed.event;

  keys(): Promise<string[]> {
    return this.#work(() => [...this.kept.keys()]);
  }

  get(key: string): Promise<string | undefined> {
    return this.#work(() => this.kept.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#work(() => {
      if (!this.forgetful) this.kept.set(key, value);
    });
  }

  delete(key: string): Promise<void> {
    return this.#work(() => {
      this.kept.delete(key);
    });
  }

  async #work<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.broken !== undefined) throw new Error(this.broken);
    return work();
  }
}

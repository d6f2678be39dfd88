/** One way of having VS Code open, and the suites that run in it: those in the folders of test/host named in `launches`. */
export interface Scenario {
  name: string;
  /** Nothing open, one folder, or several; each a fresh copy of the sample workspace unless `files` says otherwise. */
  folders: readonly WorkspaceFolder[];
  /** False for Restricted Mode. */
  trusted: boolean;
  /** Each entry is a launch of VS Code of its own, all with the same user, workspace and profile. */
  launches: readonly string[];
  /** Folders, from the project's root, of further extensions that this user has. */
  extensions?: readonly string[];
  /** Settings of the user (machine scope and wider). */
  settings?: Record<string, unknown>;
  /** Added to the extension host's environment. */
  env?: Record<string, string>;
}

export interface WorkspaceFolder {
  name: string;
  /** Relative path → text or bytes. Added to the samples, or instead of them with `samples: false`. */
  files?: Record<string, string | Uint8Array>;
  samples?: boolean;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'folder', folders: [{ name: 'shop' }], trusted: true, launches: ['folder'] },
  { name: 'no folder', folders: [], trusted: true, launches: ['no-folder'] },
  {
    name: 'several folders',
    folders: [{ name: 'shop' }, { name: 'second', samples: false, files: { 'list.csv': 'keyword\nmug\n' } }],
    trusted: true,
    launches: ['multi-root'],
  },
  { name: 'large list', folders: [{ name: 'shop' }], trusted: true, launches: ['large-list'] },
  { name: 'Restricted Mode', folders: [{ name: 'shop' }], trusted: false, launches: ['restricted'] },
  {
    name: 'restart',
    folders: [{ name: 'shop' }],
    trusted: true,
    launches: ['restart/first', 'restart/second'],
  },
  {
    name: 'language models',
    folders: [{ name: 'shop' }],
    trusted: true,
    launches: ['language-models'],
    extensions: ['test/fakes/language-models'],
  },
];

// Bundles the extension: `node esbuild.mjs [--watch] [--production]`.
// esbuild does not check types; `npm run check` does.
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

const root = import.meta.dirname;
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
};

// The oldest editor we support, 1.105, runs extensions in Node 22.
/** @type {esbuild.BuildOptions} */
const node = { ...common, platform: 'node', target: 'node22', external: ['vscode'] };

// CommonJS has no import.meta.url; code shared with the terminal's ES module may use it to find its files.
/** @type {esbuild.BuildOptions} */
const commonjs = {
  ...node,
  format: 'cjs',
  define: { ...common.define, 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

// The terminal's program.
/** @type {esbuild.BuildOptions} */
const module = {
  ...node,
  format: 'esm',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
};

/** @type {esbuild.BuildOptions} */
const browser = { ...common, platform: 'browser', target: ['chrome138'] };

/** What goes into dist/, by source. */
const OUTPUTS = [
  { from: 'src/extension.ts', to: 'dist/extension.cjs', options: commonjs },
  { from: 'src/cli/main.ts', to: 'dist/cli.js', options: module, executable: true },
  { from: 'src/store/worker.ts', to: 'dist/store-worker.cjs', options: commonjs },
  { from: 'src/generation/list-worker.ts', to: 'dist/list-worker.cjs', options: commonjs },
  { from: 'src/webview/main.tsx', to: 'dist/webview.js', options: { ...browser, format: 'iife' } },
  { from: 'src/webview/style.css', to: 'dist/webview.css', options: browser },
  { from: 'src/webview/list/main.tsx', to: 'dist/list-preview.js', options: { ...browser, format: 'iife' } },
  { from: 'src/webview/list/style.css', to: 'dist/list-preview.css', options: browser },
];

// Not emptied first: an editor may be running from it. What ships is an allow-list (.vscodeignore).
await mkdir(join(root, 'dist'), { recursive: true });
await copyFile(
  createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'),
  join(root, 'dist/sql-wasm.wasm'),
);

await Promise.all(
  OUTPUTS.map(async ({ from, to, options, executable }) => {
    const build = { ...options, entryPoints: [from], outfile: to };
    if (watch) {
      const context = await esbuild.context({ ...build, logLevel: 'info' });
      await context.watch();
      return;
    }
    await esbuild.build(build);
    if (executable) await chmod(join(root, to), 0o755);
  }),
);

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { before, describe, it } from 'mocha';
import { ROOT } from '../harness/paths.ts';

const RULES = new Set([
  'import-x/no-restricted-paths',
  'import-x/no-cycle',
  'import-x/no-default-export',
  'no-restricted-imports',
  'no-restricted-globals',
]);

/** What a room may not do, and the rule that must say so. Each is put before a real file's text. */
const BREACHES = [
  ['src/keywords/read.ts', "import '../insights/index.ts';", 'import-x/no-restricted-paths'],
  ['src/insights/index.ts', "import '../generation/types.ts';", 'import-x/no-restricted-paths'],
  ['src/providers/index.ts', "import '../keywords/types.ts';", 'import-x/no-restricted-paths'],
  ['src/store/index.ts', "import '../providers/types.ts';", 'import-x/no-restricted-paths'],
  ['src/generation/generate.ts', "import '../host/container.ts';", 'import-x/no-restricted-paths'],
  ['src/webview/main.tsx', "import '../store/types.ts';", 'import-x/no-restricted-paths'],
  ['src/cli/main.ts', "import '../host/container.ts';", 'import-x/no-restricted-paths'],
  ['src/engine.ts', "import 'vscode';", 'no-restricted-imports'],
  ['src/cli/main.ts', "import 'vscode';", 'no-restricted-imports'],
  ['src/generation/generate.ts', "import 'sql.js';", 'no-restricted-imports'],
  ['src/host/container.ts', "import 'sql.js';", 'no-restricted-imports'],
  ['src/providers/http.ts', "import 'undici';", 'no-restricted-imports'],
  ['src/generation/generate.ts', "void fetch('http://127.0.0.1');", 'no-restricted-globals'],
  ['src/host/container.ts', "void fetch('http://127.0.0.1');", 'no-restricted-globals'],
  ['src/keywords/read.ts', 'export default 1;', 'import-x/no-default-export'],
] as const;

describe('who may import whom', function () {
  this.timeout(120_000);
  let eslint: ESLint;

  before(() => {
    eslint = new ESLint({
      cwd: ROOT,
      ruleFilter: ({ ruleId }) => RULES.has(ruleId),
      overrideConfig: { linterOptions: { reportUnusedDisableDirectives: 'off' } },
    });
  });

  it('is kept everywhere', async () => {
    const results = await eslint.lintFiles(['src']);
    assert.ok(results.length > 50);
    const breaches = results.flatMap(({ filePath, messages }) =>
      messages.map(({ line, message }) => `${filePath}:${line} ${message}`),
    );
    assert.deepEqual(breaches, []);
  });

  for (const [file, line, rule] of BREACHES) {
    it(`is guarded: ${line} in ${file}`, async () => {
      const path = join(ROOT, file);
      const [result] = await eslint.lintText(`${line}\n${await readFile(path, 'utf8')}`, { filePath: path });
      const found = (result?.messages ?? []).filter((message) => message.line === 1);
      assert.ok(
        found.some(({ ruleId }) => ruleId === rule),
        JSON.stringify(result?.messages),
      );
    });
  }
});

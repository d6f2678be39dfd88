import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ROOT } from '../harness/paths.ts';
import { useWorkbench } from './workbench/use-workbench.ts';

interface Declared {
  contributes: { commands: { title: string; category: string }[] };
}

describe('the installed package', () => {
  const workbench = useWorkbench();

  it('shows every command by its words in the command palette', async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Declared;
    const words = JSON.parse(await readFile(join(ROOT, 'package.nls.json'), 'utf8')) as Record<
      string,
      string
    >;
    for (const { title, category } of manifest.contributes.commands) {
      const name = `${category}: ${words[title.replaceAll('%', '')] ?? ''}`;
      const offered = await workbench().commandNames(name);
      assert.ok(offered.includes(name), `${name} is not among ${offered.join(', ')}`);
    }
  });

  it('shows them in all kinds of theme', async () => {
    for (const theme of ['light', 'dark', 'high contrast dark', 'high contrast light'] as const) {
      await workbench().setColorTheme(theme);
      await workbench().screenshot(`window-${theme.replaceAll(' ', '-')}`);
    }
  });

  it('is still there after Reload Window and a restart', async () => {
    await workbench().reload();
    await workbench().restart();
    assert.ok(
      (await workbench().commandNames('LexyBrain: Market Brief')).includes('LexyBrain: Market Brief'),
    );
  });
});

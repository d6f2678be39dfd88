import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
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
      await workbench().findCommand(name);
    }
  });

  it('shows how to start, a picture with each step', async () => {
    const { page, quickInput } = workbench();
    // Pictures are shown where there is room for them.
    const size = page.viewportSize();
    await page.setViewportSize({ width: 1600, height: 900 });
    await workbench().runCommand('Welcome: Open Walkthrough...');
    await quickInput.choose('Get Started with LexyBrain');
    const step = (name: string): Locator => page.locator('.getting-started-step', { hasText: name });
    for (const [name, button, picture] of [
      ['Open your keyword lists', 'Show Keyword Lists', 'text:text("Keyword Lists")'],
      ['Read a Market Brief', 'Market Brief', 'text:text("Market Brief")'],
      ['Let a language model write it', 'Set Hugging Face Token', 'circle[r="40"]'],
      ['Rate, find again, take along', 'Open Insights', 'text:text("Past Insights")'],
    ] as const) {
      await step(name).click();
      await step(name).getByRole('button', { name: button, exact: true }).waitFor();
      await workbench().webview(`svg ${picture}`);
      await workbench().screenshot(`walkthrough-${button.replaceAll(' ', '-').toLowerCase()}`);
    }
    await step('Rate, find again, take along').getByRole('button', { name: 'Open Insights' }).click();
    await workbench().webview('.panel');
    await page.locator('.tab', { hasText: 'Welcome' }).first().click();
    await step('Rate, find again, take along').locator('.complete').first().waitFor();
    if (size !== null) await page.setViewportSize(size);
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
    await workbench().findCommand('LexyBrain: Market Brief');
  });
});

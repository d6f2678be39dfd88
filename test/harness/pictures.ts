// The README's pictures, taken of the packaged extension in a real VS Code: `node test/harness/pictures.ts [dark]`.
// They go to media/readme, in few colours, so that a page with them loads fast; with `dark` to out/screenshots, to look at.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import UPNG from 'upng-js';
import { InsightPanel } from '../browser/workbench/insight-panel.ts';
import { Workbench } from '../browser/workbench/workbench.ts';
import { ROOT, SCREENSHOTS } from './paths.ts';

const COLOURS = 64;
/** Where the panel begins, in CSS pixels from the left of the window. */
const PANEL_AT = 410;

const dark = process.argv.includes('dark');
const folder = dark ? SCREENSHOTS : join(ROOT, 'media', 'readme');
await mkdir(folder, { recursive: true });

const workbench = await Workbench.open({
  // Chosen, so that no notice offers a token.
  settings: {
    'lexybrain.provider': 'builtin',
    'editor.minimap.enabled': false,
    'breadcrumbs.enabled': false,
    'workbench.layoutControl.enabled': false,
    'workbench.activityBar.location': 'hidden',
  },
  scale: 1.1,
});
const panel = new InsightPanel(workbench);
const { page, quickInput } = workbench;
try {
  await page.setViewportSize({ width: 1280, height: 1040 });
  await workbench.setColorTheme(dark ? 'dark' : 'light');
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await workbench.openFile('nativity-sets-etsy.csv');
  await workbench.runCommand('LexyBrain: Market Brief');
  await quickInput.choose('Etsy');
  await quickInput.says('What do you sell?');
  await quickInput.answer('hand-carved wooden nativity sets');
  await panel.find('.summary');
  await movePanel();
  await picture('market-brief');

  await panel.openTab('Radar');
  await panel.press('.not-run vscode-button');
  await panel.find('.radar .term');
  await picture('opportunity-radar');

  await panel.openTab('Ads');
  await panel.press('.not-run vscode-button');
  await quickInput.says('Budget for ads a day');
  await quickInput.answer('20 USD');
  await quickInput.says('The list has no cost per click');
  await quickInput.answer('0.40');
  await panel.find('.split .term');
  await picture('ad-insight');

  await panel.openTab('Risks');
  await panel.press('.not-run vscode-button');
  await panel.find('.alert');
  await picture('risk-sentinel');
} finally {
  await workbench.close();
}
process.exit(0);

/** Gives the panel more of the window than half, by the line between it and the list. */
async function movePanel(): Promise<void> {
  const sash = page.locator('.part.editor .monaco-sash.vertical:not(.disabled)').first();
  const box = await sash.boundingBox();
  if (box === null) throw new Error('There is no line between the list and the panel.');
  await page.mouse.move(box.x + box.width / 2, 400);
  await page.mouse.down();
  await page.mouse.move(PANEL_AT, 400, { steps: 4 });
  await page.mouse.up();
}

async function picture(name: string): Promise<void> {
  // The list keeps the focus: no outline round what was pressed last.
  await workbench.runCommand('View: Focus First Editor Group');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  // Over the status bar, where nothing answers to it; what it was over lets go.
  await page.mouse.move(640, 1030);
  await page.locator('.workbench-hover').waitFor({ state: 'hidden' });
  const file = join(folder, `${name}${dark ? '-dark' : ''}.png`);
  const taken = UPNG.decode(
    new Uint8Array(await page.screenshot({ animations: 'disabled', caret: 'hide' })).buffer,
  );
  const few = UPNG.encode(UPNG.toRGBA8(taken), taken.width, taken.height, COLOURS);
  await writeFile(file, new Uint8Array(few));
  process.stdout.write(`${file}: ${Math.round(few.byteLength / 1024)} KB\n`);
}

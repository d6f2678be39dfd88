import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, it } from 'mocha';
import type { Frame, Locator } from 'playwright-core';
import { syntheticExport } from '../../fakes/keyword-export.ts';
import { useWorkbench } from '../workbench/use-workbench.ts';
import type { Workbench } from '../workbench/workbench.ts';

const ROWS = 100_000;
/** The sum of its two keywords' searches, and the same keyword twice. */
const WITH_REMAINDERS = [
  'Keyword Phrase,Magnet IQ Score,Search Volume,Search Volume Trend,Competing Products,CPR,Title Density',
  'soy candle,2100,8400,12,"4,000",8,6',
  'Soy  Candle,2100,8300,12,"4,000",8,6',
  'beeswax candle,700,5200,-3,"2,500",9,5',
].join('\n');
const UNKNOWN = 'label,a,b\nblue mug,120,3\ngreen mug,80,9\nred mug,40,1\n';

/** The tree of the Keyword Lists view. */
const tree = ({ page }: Workbench): Locator =>
  page.locator('.pane-body .monaco-list[aria-label*="Keyword Lists"]');
const entry = (workbench: Workbench, name: string): Locator =>
  tree(workbench).locator('.monaco-list-row', { hasText: name }).first();

async function openView(workbench: Workbench): Promise<void> {
  await workbench.page.locator('.activitybar .action-label[aria-label="LexyBrain"]').click();
}

/** A cell of the preview by the position of its row and of its column. */
const cell = (frame: Frame, row: number, column: number): Locator =>
  frame.locator(`[id="cell-${row}-${column}"]`);

/** The same once its row has come: until then a word stands there that says so. */
const filledCell = (frame: Frame, row: number, column: number): Locator =>
  cell(frame, row, column).filter({ hasNot: frame.locator('.missing-cell'), hasText: /./ });

/** What axe finds wrong with the page, as readable lines. */
async function accessibility(frame: Frame): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await frame.evaluate(axe);
  return frame.evaluate<string[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
  );
}

const preview = (workbench: Workbench): Promise<Frame> => workbench.webview('.grid .rows .row');

describe('the Keyword Lists view', () => {
  const workbench = useWorkbench({
    folders: [
      {
        name: 'shop',
        files: {
          'large/semrush.csv': new TextDecoder().decode(syntheticExport({ rows: ROWS, quoted: false })),
          'candles.csv': WITH_REMAINDERS,
          'unknown.csv': UNKNOWN,
          'mugs.txt': 'blue mug\ngreen mug\nred mug\n',
          'picture.csv': '\u0089PNG\u0000\u0000\u0000\r',
          'node_modules/thing/words.csv': 'keyword\nx\n',
        },
      },
    ],
  });

  it('finds the lists of the workspace, and reads them once it is shown', async () => {
    await openView(workbench());
    await entry(workbench(), 'candles.csv')
      .filter({ hasText: /2 · Helium 10 .*Amazon/ })
      .waitFor();
    await entry(workbench(), 'semrush.csv')
      .filter({ hasText: /\d\d,\d{3} · Semrush/ })
      .waitFor();
    await entry(workbench(), 'picture.csv').filter({ hasText: 'cannot be read' }).waitFor();
    assert.equal(await tree(workbench()).locator('.monaco-list-row').count(), 6);
    const spoken = await entry(workbench(), 'candles.csv').getAttribute('aria-label');
    assert.match(spoken ?? '', /Left out: 1 duplicate/);
  });

  it('shows what was read as a table, however long the list is', async () => {
    await entry(workbench(), 'semrush.csv').click();
    const frame = await preview(workbench());
    await filledCell(frame, 0, 1).waitFor();
    const rows = Number(await frame.locator('.grid').getAttribute('aria-rowcount')) - 1;
    assert.ok(rows > 90_000, `${rows} rows`);
    // Only what is in sight exists.
    assert.ok((await frame.locator('.rows .row').count()) < 100);
    for (const theme of ['dark', 'light', 'high contrast dark'] as const) {
      await workbench().setColorTheme(theme);
      await workbench().screenshot(`lists-preview-${theme.replaceAll(' ', '-')}`);
    }

    await frame.locator('.grid').focus();
    await workbench().page.keyboard.press('Control+End');
    await filledCell(frame, rows - 1, 1).waitFor();
    await frame.locator('.row.active .cell.focused').waitFor();
    await workbench().screenshot('lists-preview-end');
    // Through the middle, as one drags the scrollbar.
    await frame.evaluate(
      "const grid = document.querySelector('.grid'); grid.scrollTo(0, grid.scrollHeight / 2)",
    );
    await filledCell(frame, Math.floor(rows / 2), 1).waitFor();
  });

  it('sorts by each order, and says which', async () => {
    const frame = await preview(workbench());
    await frame.getByRole('button', { name: /^Demand/ }).click();
    const header = frame.locator('[role=columnheader][aria-sort=descending]', { hasText: 'Demand' });
    await header.waitFor();
    const demand = async (position: number): Promise<number> =>
      Number((await cell(frame, position, 3).filter({ hasText: /\d/ }).innerText()).replaceAll(/\D/g, ''));
    assert.ok((await demand(0)) >= (await demand(1)));
    await frame.getByRole('button', { name: /^Keyword/ }).click();
    await frame.locator('[role=columnheader][aria-sort=ascending]', { hasText: 'Keyword' }).waitFor();
    assert.deepEqual(await accessibility(frame), []);
  });

  it('shows the rows that hold what is searched for', async () => {
    const { page } = workbench();
    const frame = await preview(workbench());
    await frame.locator('.grid').focus();
    await page.keyboard.press('Control+f');
    const word = (await filledCell(frame, 0, 1).innerText()).split(' ')[0] ?? '';
    await page.keyboard.type(word);
    const status = frame.locator('.list-search [role=status]', { hasText: / of [\d,]+ keywords/ });
    await status.waitFor();
    const found = Number(await frame.locator('.grid').getAttribute('aria-rowcount')) - 1;
    assert.ok(found > 0 && found < 90_000, `${found} rows`);
    await cell(frame, 0, 1).filter({ hasText: word }).waitFor();
    await workbench().screenshot('lists-search');
    assert.deepEqual(await accessibility(frame), []);
    await page.keyboard.press('End');
    await page.keyboard.type(' no such words');
    await frame.locator('.list-search [role=status]', { hasText: 'No keyword of the list holds' }).waitFor();
    await page.keyboard.press('Escape');
    await filledCell(frame, 0, 1).waitFor();
  });

  it('opens the file at a row', async () => {
    await entry(workbench(), 'candles.csv').click();
    const frame = await workbench().webview('.list-head h1:text("candles.csv")');
    await cell(frame, 0, 1).click();
    await workbench().page.keyboard.press('ArrowDown');
    await frame.locator('[aria-rowindex="3"].active').waitFor();
    await workbench().page.keyboard.press('Enter');
    await workbench().page.locator('.editor-instance .view-lines', { hasText: 'beeswax candle' }).waitFor();
  });

  it('asks about the columns of a table that no tool wrote, and remembers the answer', async () => {
    const { quickInput } = workbench();
    await entry(workbench(), 'unknown.csv').click();
    const frame = await workbench().webview('.list-head h1:text("unknown.csv")');
    await frame.getByRole('button', { name: 'Choose columns…' }).click();
    await quickInput.titled('Columns of unknown.csv');
    await workbench().screenshot('lists-columns');
    await quickInput.choose('Demand');
    await quickInput.choose('b');
    await quickInput.choose('Read It So');
    await frame.locator('.list-line', { hasText: 'read as you chose' }).waitFor();
    await cell(frame, 1, 3).filter({ hasText: '9' }).waitFor();
    await workbench().screenshot('lists-unknown');
  });

  it('makes an insight of several lists as one', async () => {
    const { page, quickInput } = workbench();
    await entry(workbench(), 'candles.csv').click();
    // The preview takes the focus when it comes.
    await workbench().webview('.list-head h1:text("candles.csv")');
    await entry(workbench(), 'mugs.txt').click({ modifiers: ['Control'] });
    await entry(workbench(), 'mugs.txt').click({ button: 'right' });
    await page.locator('.monaco-menu .action-label', { hasText: 'Market Brief' }).hover();
    await page.keyboard.press('Enter');
    await quickInput.choose('Etsy');
    await quickInput.says('What do you sell?');
    await quickInput.answer('');
    const panel = await workbench().webview('.panel [role=tabpanel]');
    await panel.locator('text=5 keywords').first().waitFor();
    await workbench().screenshot('lists-merged-brief');
  });
});

describe('the Keyword Lists view of a folder without lists', () => {
  const workbench = useWorkbench({ folders: [{ name: 'empty', samples: false, files: { 'a.log': '' } }] });

  it('says what to do next', async () => {
    await openView(workbench());
    await workbench().page.getByRole('button', { name: 'Choose a List Elsewhere…' }).waitFor();
    await workbench().screenshot('lists-empty');
  });
});

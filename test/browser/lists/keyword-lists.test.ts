import assert from 'node:assert/strict';
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

const preview = (workbench: Workbench): Promise<Frame> => workbench.webview('.grid .row.active');

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
    assert.match(spoken ?? '', /Left out: 1 × duplicate/);
    await workbench().screenshot('lists-view-dark');
  });

  it('shows what was read as a table', async () => {
    await entry(workbench(), 'semrush.csv').click();
    await preview(workbench());
    await workbench().page.waitForTimeout(1500);
    await workbench().screenshot('lists-preview-dark');
    await workbench().setColorTheme('light');
    await workbench().page.waitForTimeout(500);
    await workbench().screenshot('lists-preview-light');
    await entry(workbench(), 'unknown.csv').click();
    await workbench().page.waitForTimeout(1500);
    await workbench().screenshot('lists-unknown-light');
  });
});

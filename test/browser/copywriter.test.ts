import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ROOT } from '../harness/paths.ts';
import { SAMPLES } from '../harness/workspace.ts';
import { eventually } from './workbench/eventually.ts';
import { InsightPanel } from './workbench/insight-panel.ts';
import { useWorkbench } from './workbench/use-workbench.ts';

const LIST = 'nativity-sets-etsy.csv';
const PRODUCT = 'hand-carved nativity set';
const LISTING = 'Title: a nativity set\n\nDescription:\n';

/** Exports of real tools, which may stand beside the project. */
const EXPORTS = join(ROOT, '..', 'shared', 'samples');
const REAL: readonly { file: string; tool: RegExp }[] = [
  { file: 'erank-bulk-keywords-embroidery.csv', tool: /eRank/ },
  { file: 'google-keyword-planner-utf16-es-preamble.csv', tool: /Google Keyword Planner/ },
  { file: 'helium10-magnet-coloring-books.csv', tool: /Helium 10 Magnet/ },
  { file: 'plain-list-russian-numbered-comments.txt', tool: /./ },
];

describe('a copywriter without a token', function () {
  this.timeout(60_000);
  const workbench = useWorkbench({
    folders: [
      {
        name: 'shop',
        files: {
          'listing.md': LISTING,
          ...realFiles(),
          'candles.csv': 'keyword,volume\nsoy candle,8400\nlavender soy candle,2100\nbeeswax candle,5200\n',
        },
      },
    ],
  });
  const panel = (): InsightPanel => new InsightPanel(workbench());
  /** What the palette's Market Brief acts on: the list in the first group. */
  const openList = async (name = LIST): Promise<void> => {
    await workbench().runCommand('View: Focus First Editor Group');
    await workbench().openFile(name);
  };

  it('runs Market Brief on the open list, confirms the market, tells the product, and reads the brief', async () => {
    const { quickInput } = workbench();
    await workbench().openFile(LIST);
    await workbench().runCommand('LexyBrain: Market Brief');
    await quickInput.titled('Market Brief');
    assert.equal((await quickInput.labels())[0], 'Etsy');
    await quickInput.choose('Etsy');
    await quickInput.says('What do you sell?');
    await quickInput.answer(PRODUCT);

    await panel().find('h1', 'Market Brief');
    await panel().find('.summary');
    const subject = await (await panel().find('.subject')).innerText();
    for (const part of [LIST, '83 keywords', 'Etsy', PRODUCT]) assert.ok(subject.includes(part), subject);
    const monthly = await searchesByTerm();
    const opportunities = await panel().terms('section[aria-labelledby=opportunities-title]');
    assert.ok(opportunities.length >= 3);
    for (const { term, figures } of opportunities) {
      const searches = monthly.get(term);
      assert.ok(searches !== undefined, `${term} is not in the list`);
      assert.ok(figures.includes(searches.toLocaleString('en')), `${term}: ${figures}`);
    }
    await panel().find('.provenance', 'Computed by the built-in analyst');
    await panel().find('.notice vscode-button', 'Set Token…');
  });

  it('opens the row of a term', async () => {
    const [first] = await panel().terms('section[aria-labelledby=opportunities-title]');
    assert.ok(first);
    await panel().press('.items .term', first.term);
    const lines = (await readFile(join(SAMPLES, LIST), 'utf8')).split('\n');
    const line = lines.findIndex((text) => text.includes(`"${first.term}"`)) + 1;
    const selected = `Ln ${line}, Col ${first.term.length + 2} (${first.term.length} selected)`;
    await workbench().page.locator('.statusbar-item', { hasText: selected }).waitFor();
  });

  it('copies the terms as tags that Etsy takes, and the brief as Markdown', async () => {
    await panel().press('.toolbar button', 'Copy tags');
    const tags = await eventually('tags are on the clipboard', async () => {
      const text = await workbench().clipboard();
      return text !== '' && text.split(', ');
    });
    assert.ok(tags.length > 0 && tags.every((tag) => tag.length <= 20), tags.join());
    await panel().press('.toolbar button', 'Copy as Markdown');
    const markdown = await eventually('Markdown is on the clipboard', async () => {
      const text = await workbench().clipboard();
      return text.startsWith('## Market Brief') && text;
    });
    assert.ok(tags.every((tag) => markdown.includes(tag)));
  });

  it('inserts the brief at the cursor of a listing text', async () => {
    await openList('listing.md');
    const { page } = workbench();
    await eventually('the cursor is at the end', async () => {
      await page.keyboard.press('Control+End');
      return page.locator('.statusbar-item', { hasText: 'Ln 4, Col 1' }).isVisible();
    });
    await panel().press('.toolbar button[aria-disabled=false]', 'Insert');
    // VS Code in a browser saves by itself.
    const text = await eventually('the listing is saved', async () => {
      const now = await readFile(workbench().path('shop', 'listing.md'), 'utf8');
      return now.includes('## Market Brief') && now;
    });
    assert.ok(text.startsWith(`${LISTING}## Market Brief`), text.slice(0, 200));
    await workbench().runCommand('View: Close Editor');
  });

  it('rates it with a note', async () => {
    await panel().press('.rating label', /^Useful/);
    await (await panel().find('.rating textarea')).fill('Good tags.');
    await panel().press('.rating vscode-button', 'Save note');
    await panel().find('.rating [role=status]', /^Saved$/);
  });

  it('asks again: from the cache, and fresh', async () => {
    await openList();
    await workbench().runCommand('LexyBrain: Market Brief');
    await panel().find('.provenance', 'From the cache');
    await panel().press('.toolbar button', 'Ask again');
    await panel().find('.provenance', 'Fresh');
  });

  it('asks for the other three insights in their tabs', async () => {
    await panel().openTab('Radar');
    await panel().press('.not-run vscode-button', 'Run Opportunity Radar');
    assert.ok((await panel().terms('.radar')).length >= 5);

    await panel().openTab('Ads');
    await panel().press('.not-run vscode-button', 'Run Ad Insight');
    const { quickInput } = workbench();
    await quickInput.says('Budget for ads a day');
    await quickInput.answer('twenty');
    await quickInput.says('Type an amount');
    await quickInput.answer('20 USD');
    await quickInput.says('The list has no cost per click');
    await quickInput.answer('0.40');
    const budget = await (await panel().find('.budget')).innerText();
    assert.match(budget, /\$20\.00/);
    assert.match(budget, /\$0\.40 is your assumption/);
    assert.match(await (await panel().find('.split tfoot')).innerText(), /\$20\.00/);

    await panel().openTab('Risks');
    await panel().press('.not-run vscode-button', 'Run Risk Sentinel');
    await panel().find('.alert.high', 'Reads like a brand');
  });

  it('comes back to a past insight', async () => {
    await panel().press('.history summary');
    await panel().press('.history li button', 'Ad Insight');
    await panel().find('h1', 'Ad Insight');
    await panel().press('.history li button:has(.history-rating)', 'Market Brief');
    await panel().find('h1', 'Market Brief');
    assert.equal(await (await panel().find('.rating textarea')).inputValue(), 'Good tags.');
  });

  it('finds it again after Reload Window', async () => {
    const before = await panel().terms('section[aria-labelledby=opportunities-title]');
    await workbench().reload();
    // Which of the insights it was may be lost: in a browser VS Code saves what panels show only now and then.
    await panel().find('.subject', LIST);
    await panel().find('.provenance', 'Computed by the built-in analyst');
    await panel().press('.history summary');
    await panel().press('.history li button:has(.history-rating)', 'Market Brief');
    await panel().find('h1', 'Market Brief');
    assert.deepEqual(await panel().terms('section[aria-labelledby=opportunities-title]'), before);
    assert.equal(await (await panel().find('.rating textarea')).inputValue(), 'Good tags.');
  });

  it('asks about another list from its menu in the Explorer', async () => {
    const { page, quickInput } = workbench();
    await page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: 'candles.csv' })
      .click({ button: 'right' });
    await page.locator('.context-view').getByText('LexyBrain', { exact: true }).click();
    // A menu that has just opened takes no clicks for a moment.
    await page.locator('.context-view').getByText('Risk Sentinel', { exact: true }).hover();
    await page.keyboard.press('Enter');
    // No tool wrote this table: what its columns seem to be is confirmed with Enter, once.
    await quickInput.titled('Columns of candles.csv');
    await quickInput.accept();
    await quickInput.titled('Risk Sentinel');
    await quickInput.choose('Amazon');
    await quickInput.says('What do you sell?');
    await quickInput.accept();
    await panel().find('.subject', /candles\.csv.*3 keywords/s);
    await panel().find('.provenance', 'Computed by the built-in analyst');
  });

  it('reads exports of real tools', async () => {
    if (!existsSync(EXPORTS)) {
      process.stdout.write(`      no exports of real tools in ${EXPORTS}: none were read\n`);
      return;
    }
    const { quickInput } = workbench();
    for (const { file, tool } of REAL) {
      await openList(file);
      await workbench().runCommand('LexyBrain: Market Brief');
      await quickInput.titled('Market Brief');
      await quickInput.choose('Etsy');
      await quickInput.says('What do you sell?');
      await quickInput.accept();
      await panel().find('.subject', file);
      await panel().find('.summary');
      assert.match(await (await panel().find('.subject')).innerText(), tool);
      await workbench().screenshot(`real-${file}`);
    }
  });

  it('sets a Hugging Face token: what is odd about it is said, and removed', async () => {
    const { quickInput } = workbench();
    await workbench().runCommand('LexyBrain: Set Hugging Face Token…');
    await quickInput.titled('Set Hugging Face Token');
    await quickInput.type(' "hf_made_up_for_this_test_0001" ');
    await quickInput.says(/Whitespace around it was removed.*Quotes around it were removed/);
    assert.equal(await quickInput.box.getAttribute('type'), 'password');
    await quickInput.accept();
    await workbench().notification('The key for Hugging Face is set.');
    await workbench().runCommand('LexyBrain: Show Configuration');
    const shown = workbench().page.locator('.editor-instance .view-lines', { hasText: 'tokenMasked' });
    await shown.waitFor();
    const text = await shown.innerText();
    assert.ok(!text.includes('made_up_for_this_test'), text);
  });

  it('is told what leaves the computer before the first request, and may stay with the built-in analyst', async () => {
    await openList('candles.csv');
    await workbench().runCommand('LexyBrain: Market Brief');
    const dialog = workbench().page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const words = await dialog.innerText();
    for (const part of ['router.huggingface.co', 'The file itself is not sent', '.lexybrain']) {
      assert.ok(words.includes(part), words);
    }
    await dialog.getByRole('button', { name: 'Use the Built-in Analyst' }).click();
    await panel().find('.provenance', 'Computed by the built-in analyst');
  });
});

/** The exports that there are, by name. */
function realFiles(): Record<string, Uint8Array> {
  const found = existsSync(EXPORTS) ? REAL : [];
  return Object.fromEntries(found.map(({ file }) => [file, readFileSync(join(EXPORTS, file))]));
}

/** The searches of each term, from the sample list itself. */
async function searchesByTerm(): Promise<Map<string, number>> {
  const lines = (await readFile(join(SAMPLES, LIST), 'utf8')).split('\n').slice(1);
  return new Map(
    lines.flatMap((line) => {
      const [, term, searches] = /^"([^"]+)",(\d+),/.exec(line) ?? [];
      return term === undefined ? [] : [[term, Number(searches)] as const];
    }),
  );
}

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { makeDigest } from '../../../src/keywords/digest.ts';
import { readKeywordList } from '../../../src/keywords/read.ts';
import { analyseList } from '../../../src/keywords/statistics.ts';
import { view } from '../../fakes/keyword-list.ts';

const FOLDER = new URL('../../../../shared/samples/', import.meta.url);

interface Expected {
  readonly tool: string;
  readonly encoding?: string;
  readonly currency?: string;
  readonly market: string | null;
  /** Keywords that are left, with what was dropped. */
  readonly rows: number;
  readonly dropped?: Readonly<Record<string, number>>;
  /** How many rows have a demand. */
  readonly demand: number;
}

/** What was counted in the real files by hand and with other tools. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'ahrefs-matching-terms-utf16-2026.csv': {
    tool: 'ahrefs',
    encoding: 'utf-16le',
    market: 'google',
    rows: 50,
    demand: 50,
  },
  'erank-bulk-keywords-embroidery.csv': { tool: 'erank-bulk', market: 'etsy', rows: 14, demand: 7 },
  'erank-keyword-tool-nativity-set-excerpt.csv': {
    tool: 'erank-keyword-tool',
    market: 'etsy',
    rows: 82,
    demand: 82,
  },
  'google-ads-search-terms-wreaths.csv': {
    tool: 'google-ads-search-terms',
    market: 'google',
    currency: 'AUD',
    rows: 36,
    dropped: { 'preamble line': 2, 'totals row': 4, duplicate: 1 },
    demand: 36,
  },
  'google-keyword-planner-utf16-es-preamble.csv': {
    tool: 'google-keyword-planner',
    encoding: 'utf-16le',
    market: 'google',
    currency: 'USD',
    rows: 2214,
    dropped: { 'preamble line': 2 },
    demand: 428,
  },
  'google-search-console-queries-sheds.csv': {
    tool: 'google-search-console',
    market: 'google',
    rows: 1000,
    demand: 1000,
  },
  'google-trends-multitimeline-mixed-locale-crlf.csv': {
    tool: 'google-trends-timeline',
    market: 'google',
    rows: 1,
    dropped: { 'preamble line': 1 },
    demand: 1,
  },
  'google-trends-related-queries.csv': {
    tool: 'google-trends-related',
    market: 'google',
    rows: 48,
    dropped: { 'preamble line': 2 },
    demand: 25,
  },
  'helium10-cerebro-single-asin.csv': { tool: 'helium10-cerebro', market: 'amazon', rows: 236, demand: 236 },
  'helium10-magnet-coloring-books.csv': {
    tool: 'helium10-magnet',
    market: 'amazon',
    rows: 1324,
    dropped: { duplicate: 5 },
    demand: 1324,
  },
  'plain-list-english-boho-fashion-headerless.csv': { tool: 'plain', market: null, rows: 5, demand: 0 },
  'plain-list-russian-numbered-comments.txt': {
    tool: 'plain',
    market: null,
    rows: 50,
    dropped: { 'comment line': 14 },
    demand: 0,
  },
  'semrush-bulk-uk-gbp-trend.csv': {
    tool: 'semrush',
    market: 'google',
    currency: 'GBP',
    rows: 49,
    demand: 34,
  },
  'yandex-wordstat-russian-books.csv': {
    tool: 'yandex-wordstat',
    market: 'yandex',
    rows: 2000,
    demand: 2000,
  },
};

if (!existsSync(FOLDER)) {
  process.stdout.write('No real keyword exports beside the project: those tests are left out.\n');
} else {
  describe('real exports', () => {
    for (const [name, expected] of Object.entries(EXPECTED)) {
      it(`are read: ${name}`, async () => {
        const list = await readKeywordList(readFileSync(new URL(name, FOLDER)), { name });
        assert.deepEqual(
          {
            tool: list.tool,
            encoding: list.encoding,
            market: list.market,
            currency: list.currency,
            rows: list.terms.length,
            dropped: Object.fromEntries(list.dropped.map(({ reason, count }) => [reason, count])),
            demand: list.demand?.values.filter((value) => !Number.isNaN(value)).length ?? 0,
          },
          { encoding: 'utf-8', dropped: {}, currency: null, ...expected },
        );
        assert.deepEqual(
          list.notes.filter((note) => /could not be read|damaged|cut off|fewer cells|guessed/.test(note)),
          [],
        );
        const digest = makeDigest(list, analyseList(list, view()), view(), { tokenBudget: 1500 });
        assert.ok(digest.tokens <= 1500 && digest.shown > 0);
      });
    }

    it('keep zeros apart from missing values, and bounds from figures', async () => {
      const name = 'helium10-magnet-coloring-books.csv';
      const list = await readKeywordList(readFileSync(new URL(name, FOLDER)), { name });
      assert.equal(list.demand?.values.filter((value) => value === 0).length, 8);
      assert.equal(list.competition?.bounds?.filter((bound) => bound === 1).length, 559);
    });
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readKeywordList } from '../../../src/keywords/read.ts';
import type { KeywordList } from '../../../src/keywords/types.ts';
import { rowsOf } from '../../fakes/keyword-rows.ts';

const read = (text: string | Uint8Array, name = 'list.csv'): Promise<KeywordList> =>
  readKeywordList(typeof text === 'string' ? Buffer.from(text) : text, { name });
const rows = async (text: string): Promise<Record<string, unknown>[]> => rowsOf(await read(text));
const droppedOf = (list: KeywordList): unknown =>
  Object.fromEntries(list.dropped.map(({ reason, count }) => [reason, count]));

const PLANNER =
  'Keyword\tCurrency\tAvg. monthly searches\tThree month change\tYoY change\tCompetition\tCompetition (indexed value)';
const planner = (...lines: string[]): Promise<KeywordList> => read(`${PLANNER}\n${lines.join('\n')}\n`);
const ERANK = '"Keywords","Avg Searches","Avg Clicks","Avg CTR","Etsy Competition","Keyword Difficulty"';

/** The values of exports that are easily read wrong, one after the other. */
describe('values that a reader must get right', () => {
  it('1: missing is null and never 0: empty, "-", " --", "n/a", "Unknown", two quotes; a real 0 stays 0', async () => {
    const missing = ['', '-', ' --', 'n/a', 'Unknown', '""""""'];
    const lines = missing.map((cell, at) => `crib ${at},${cell},7`);
    const list = await read(`Keyword,Volume,Keyword Difficulty\n${lines.join('\n')}\nzero crib,0,7\n`);
    assert.deepEqual(
      rowsOf(list).map(({ demand }) => demand),
      [...missing.map(() => undefined), '0 monthly'],
    );
    assert.deepEqual(
      rowsOf(list).map(({ competition }) => competition),
      [...missing, 0].map(() => '0.07 difficulty'),
    );
    assert.ok(!list.notes.join().includes('could not be read'));
  });

  it('2: censored is a bound with its sign: "< 20", "< 20%", ">1,000"', async () => {
    const [erank] = await rows(`${ERANK}\n"floss","< 20","12","< 20%","31,005",""\n`);
    assert.deepEqual(erank, {
      term: 'floss',
      demand: '<20 monthly',
      competition: '31005 count',
      clicks: 12,
      engagement: 0.2,
    });
    const list = await read(
      'Keyword Phrase,Magnet IQ Score,Search Volume,Competing Products\nmug,1,2,">1,000"\ncup,1,2,187\n',
    );
    assert.deepEqual(
      rowsOf(list).map(({ competition }) => competition),
      ['>1000 count', '187 count'],
    );
  });

  it('2: a bound on a figure that has no place for one is said', async () => {
    const { notes } = await read(`${ERANK}\n"floss","< 20","12","< 20%","31,005",""\n`);
    assert.match(notes.join(' '), /1 figure of "Avg CTR" is a bound/);
  });

  it('3: "∞" of change columns and "Breakout" of Trends are no numbers', async () => {
    const list = await planner('pine crib\tEUR\t90\t∞\t∞\tLow\t4', 'fir crib\tEUR\t70\t-10%\t∞\tLow\t4');
    assert.deepEqual(
      rowsOf(list).map(({ trend }) => trend),
      [undefined, -0.1],
    );
    assert.deepEqual(await rows('TOP\npine crib,100\n\nRISING\nelm crib,Breakout\noak crib,+50%\n'), [
      { term: 'pine crib', demand: '100 index' },
      { term: 'elm crib' },
      { term: 'oak crib', trend: 0.5 },
    ]);
  });

  it('4: ranges in words keep their lower end and their kind; Keyword Planner writes one number per bucket', async () => {
    const insight = 'Search category,Search subcategory,Search terms,Search volume,Clicks\n';
    const ranged = await rows(`${insight}a,b,pine crib,10 - 100,1\na,b,fir crib,"1,000 - 10,000",2\n`);
    assert.deepEqual(
      ranged.map(({ demand }) => demand),
      ['10 range', '1000 range'],
    );
    const buckets = [0, 50, 500, 5000, 50_000, 500_000];
    const list = await planner(...buckets.map((bucket) => `crib ${bucket}\tEUR\t${bucket}\t\t\t\t`));
    assert.deepEqual(
      rowsOf(list).map(({ demand }) => demand),
      buckets.map((bucket) => `${bucket} bucket`),
    );
    const exact = await planner('pine crib\tEUR\t50\t\t\t\t', 'fir crib\tEUR\t140\t\t\t\t');
    assert.deepEqual(exact.demand?.kinds, ['monthly']);
  });

  it('5: commas part thousands in one column and are decimals in another', async () => {
    assert.deepEqual(
      await rows(
        'Keyword;Volume;Keyword Difficulty;CPC (EUR)\npine crib;"1,969,232";7;"5,16"\nfir crib;"1,158";7;"0,30"\n',
      ),
      [
        { term: 'pine crib', demand: '1969232 monthly', competition: '0.07 difficulty', cpc: 5.16 },
        { term: 'fir crib', demand: '1158 monthly', competition: '0.07 difficulty', cpc: 0.3 },
      ],
    );
    const [german] = await rows('Keyword;Volume;Keyword Difficulty;CPC (EUR)\npine crib;1.300;7,5;2,10\n');
    assert.deepEqual(german, {
      term: 'pine crib',
      demand: '1300 monthly',
      competition: '0.075 difficulty',
      cpc: 2.1,
    });
  });

  it('6: percentages are ratios, also "-77.78%", "9900%", "+1,450%"; a click rate may pass 100 %', async () => {
    const list = await planner(
      'a crib\tEUR\t90\t-77.78%\t0%\tLow\t4',
      'b crib\tEUR\t90\t9900%\t0%\tLow\t4',
      'c crib\tEUR\t90\t"+1,450%"\t0%\tLow\t4',
    );
    assert.deepEqual([...(list.trend ?? [])], [-0.7778, 99, 14.5]);
    const [console] = await rows('Top queries,Clicks,Impressions,CTR,Position\npine crib,1,2,6.47%,3\n');
    assert.equal(console?.['engagement'], 0.0647);
    const erank = await rows(`${ERANK}\n"a","12","13","108%","9",""\n"b","12","13","128%","9",""\n`);
    assert.deepEqual(
      erank.map(({ engagement }) => engagement),
      [1.08, 1.28],
    );
  });

  it('7: list cells with commas are one cell, and a series of months', async () => {
    const semrush = await read(
      'Keyword,Intent,Volume,Trend,Keyword Difficulty,CPC (GBP),SERP Features\npine crib,"Commercial, Informational",220,"0.12,0.28,1.00",15,4.62,"AI, Images"\n',
    );
    assert.deepEqual([...(semrush.series?.values ?? [])], [0.12, 0.28, 1]);
    const months = Array.from({ length: 24 }, (_, month) => month + 100);
    const ahrefs = await read(
      `"Keyword"\t"Difficulty"\t"Volume"\t"CPS"\t"Parent Keyword"\t"SERP Features"\t"SV trend (01-2024 - 12-2025)"\n"pine crib"\t"5"\t"120"\t""\t""\t"a,b"\t"${months.join(', ')}"\n`,
    );
    assert.deepEqual([...(ahrefs.series?.values ?? [])], months);
    assert.equal(ahrefs.series?.firstMonth, '2024-01');
  });

  it('8: the byte order mark decides the encoding, and ".csv" does not mean comma', async () => {
    const text = `${PLANNER}\nkrippe für weihnachten\tEUR\t120\t0%\t0%\tLow\t4\n`;
    const list = await read(Buffer.from(`\ufeff${text}`, 'utf16le'));
    assert.deepEqual(
      [list.encoding, list.delimiter, list.terms],
      ['utf-16le', '\t', ['krippe für weihnachten']],
    );
    assert.equal((await read(`\ufeff${text}`)).encoding, 'utf-8');
  });

  it('9: quoted text bears no witness of the delimiter, and the counts of columns must agree', async () => {
    const commas = 'a,b,c,d,e,f,g,h';
    const list = await read(
      `"#"\t"Keyword"\t"Difficulty"\t"Volume"\t"CPS"\t"Parent Keyword"\t"SERP Features"\n` +
        Array.from({ length: 9 }, (_, at) => `"${at}"\t"crib ${at}"\t"5"\t"9"\t""\t""\t"${commas}"`).join(
          '\n',
        ),
    );
    assert.deepEqual([list.delimiter, list.terms.length], ['\t', 9]);
    const unknown = await read(
      `mine;what, how, why, when\n${Array.from({ length: 9 }, (_, at) => `crib number ${at};${at * 3}`).join('\n')}`,
    );
    assert.equal(unknown.delimiter, ';');
  });

  it('10: the header is found on lines 1, 3, 7 and 40', async () => {
    for (const line of [1, 3, 7, 40]) {
      const before = Array.from({ length: line - 1 }, (_, at) => `Report, part ${at}\n`).join('');
      const list = await read(`${before}Top queries,Clicks,Impressions,CTR,Position\npine crib,1,2,3%,4\n`);
      assert.deepEqual(
        [list.tool, list.terms, [...list.sourceRows]],
        ['google-search-console', ['pine crib'], [line + 1]],
      );
    }
  });

  it('11: totals and subtotals are dropped, whatever their column, with an en dash too', async () => {
    const terms = await read(
      'Search term,Match type,Clicks,Impr.\npine crib,Exact,1,4\nTotal: Search terms, --,1,4\nTotal: Account,,9,9\n',
    );
    assert.deepEqual([terms.terms, droppedOf(terms)], [['pine crib'], { 'totals row': 2 }]);
    const keywords = await read(
      'Keyword status,Keyword,Match type,Campaign,Clicks\nEnabled,pine crib,Exact,a,3\n --,,,Total: Keywords,4\n',
    );
    assert.deepEqual([keywords.terms, droppedOf(keywords)], [['pine crib'], { 'totals row': 1 }]);
    const insight = await read(
      'Search category,Search subcategory,Search terms,Search volume\na,b,pine crib,10 - 100\na,Cribs – Total,,10 - 100\nUncategorised search terms,,,\n',
    );
    assert.deepEqual([insight.terms, droppedOf(insight)], [['pine crib'], { 'totals row': 2 }]);
  });

  it('12: match-type notation is taken off the term', async () => {
    const list = await read(
      'Keyword status,Keyword,Match type,Impr.\nEnabled,[pine crib],Exact,4\nEnabled,"""fir crib""",Phrase,3\nEnabled,elm crib,Broad,2\n',
    );
    assert.deepEqual(list.terms, ['pine crib', 'fir crib', 'elm crib']);
  });

  it('13: headers compare after NFKC, trimmed, single-spaced and lower-cased; blank and own columns in the middle', async () => {
    const tags = await read(
      'Tag,Tag  Occurrences,Avg  Searches (USA),Etsy Competition (USA)\nhoops,7,412,9\n',
    );
    assert.equal(tags.tool, 'erank-tags');
    const magnet = await read(
      ',Keyword Phrase,,"Mine (a, b)",,Magnet IQ\u00a0Score ,Search\u202fVolume,Competing Products\n0,mug,,x,,1,20,9\n',
    );
    assert.deepEqual(
      [magnet.tool, rowsOf(magnet)],
      ['helium10-magnet', [{ term: 'mug', demand: '20 monthly', competition: '9 count' }]],
    );
    const amazon = await rows(
      'Customer Search Term ,Impressions ,Clicks,Click-Thru Rate (CTR) \nmug,40,2,5%\n',
    );
    assert.deepEqual(amazon, [{ term: 'mug', demand: '40 impressions', clicks: 2, engagement: 0.05 }]);
    const trends = await rows('周,pine crib： (美国)\n2026-01-04,40\n2026-01-11,60\n');
    assert.deepEqual(trends, [{ term: 'pine crib', demand: '50 index' }]);
  });

  it('14: of duplicates the row with more metrics stays, then the one with more demand', async () => {
    const list = await planner(
      'pine crib\tEUR\t\t\t\t\t',
      'Pine-Crib\tEUR\t90\t1%\t\tLow\t4',
      'pine crib\tEUR\t70\t1%\t\tLow\t4',
      'fir crib\tEUR\t10\t\t\t\t',
    );
    assert.deepEqual(rowsOf(list), [
      { term: 'Pine-Crib', demand: '90 monthly', competition: '0.04 index', trend: 0.01 },
      { term: 'fir crib', demand: '10 monthly' },
    ]);
    assert.deepEqual(droppedOf(list), { duplicate: 2 });
  });

  it('15: ragged rows, a missing final newline, CRLF and LF', async () => {
    const lines = ['Keyword,Volume,KD', 'pine crib,120', 'fir crib,90,7,extra', 'elm crib'];
    for (const end of ['\n', '\r\n']) {
      const list = await read(lines.join(end));
      assert.deepEqual(rowsOf(list), [
        { term: 'pine crib', demand: '120 monthly' },
        { term: 'fir crib', demand: '90 monthly', competition: '0.07 difficulty' },
        { term: 'elm crib' },
      ]);
      assert.match(list.notes.join(), /2 rows have fewer cells/);
    }
  });

  it('16: plain lists: comments, blank lines, numbers, quotes, one line of commas, a leading dot; a header only by a known name', async () => {
    const terms = async (text: string): Promise<readonly string[]> => (await read(text, 'list.txt')).terms;
    assert.deepEqual(await terms('# mine\n\n1. pine crib\n2. fir crib\n'), ['pine crib', 'fir crib']);
    assert.deepEqual(await terms('"pine crib"\n"fir crib"\n'), ['pine crib', 'fir crib']);
    assert.deepEqual(await terms('pine crib, fir crib, elm crib'), ['pine crib', 'fir crib', 'elm crib']);
    assert.deepEqual(await terms('.htaccess\npine crib\n'), ['.htaccess', 'pine crib']);
    assert.deepEqual(await terms('nativity\npine crib\n'), ['nativity', 'pine crib']);
    assert.deepEqual(await terms('Keyword\npine crib\n'), ['pine crib']);
  });

  it('17: the currency is in a column, a name or an amount, or it is unknown: never assumed', async () => {
    const semrush = (code: string): string =>
      `Keyword,Volume,Keyword Difficulty,CPC (${code})\nmug,9,9,1.20\n`;
    for (const code of ['USD', 'GBP', 'AUD', 'JPY']) assert.equal((await read(semrush(code))).currency, code);
    const ads = 'Search term,Impr.,Clicks,Currency code,Avg. CPC\nmug,9,1,AUD,0.40\n';
    assert.equal((await read(ads)).currency, 'AUD');
    const suggest = (amount: string): string =>
      `No,Keyword,Search Volume,CPC,Paid Difficulty,SEO Difficulty\n1,mug,9,${amount},9,9\n`;
    assert.equal((await read(suggest('US$2.17'))).currency, 'USD');
    assert.equal((await read(suggest('$2.17'))).currency, null);
    const magnet = 'Keyword Phrase,Magnet IQ Score,Search Volume,H10 PPC Sugg. Bid\nmug,1,9,0.40\n';
    const unknown = await read(magnet, 'US_AMAZON_magnet__2026-01-01.csv');
    assert.deepEqual([unknown.currency, [...(unknown.cpc ?? [])]], [null, [0.4]]);
    assert.match(unknown.notes.join(), /does not say the currency/);
  });

  it('18: cells that a spreadsheet would run are text, and read as the figures they are', async () => {
    assert.deepEqual(await rows('TOP\npine crib,100\nRISING\n=1+1,"+1,450%"\n@crib,+50%\n'), [
      { term: 'pine crib', demand: '100 index' },
      { term: '=1+1', trend: 14.5 },
      { term: '@crib', trend: 0.5 },
    ]);
  });
});

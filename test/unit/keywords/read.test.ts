import assert from 'node:assert/strict';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, it } from 'mocha';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import {
  guessColumns,
  mergeKeywordLists,
  readKeywordList,
  readKeywordText,
} from '../../../src/keywords/read.ts';
import { termKey } from '../../../src/keywords/term-key.ts';
import type { ColumnMapping, KeywordList } from '../../../src/keywords/types.ts';
import { rowsOf } from '../../fakes/keyword-rows.ts';
import { workbook, workbookOf } from '../../fakes/workbook.ts';

const read = (text: string, name = 'list.txt', columns?: ColumnMapping): Promise<KeywordList> =>
  readKeywordList(Buffer.from(text), columns === undefined ? { name } : { name, columns });
const droppedOf = (list: KeywordList): unknown =>
  Object.fromEntries(list.dropped.map(({ reason, count }) => [reason, count]));
const fails = (work: Promise<unknown>, reason: ErrorReason): Promise<void> =>
  assert.rejects(work, (error) => LexyBrainError.is(error, reason) && error.toUserText().length > 20);

describe('plain lists', () => {
  const lists: readonly (readonly [what: string, text: string, terms: readonly string[], name?: string])[] = [
    [
      'one a line',
      'pine crib\nfir crib\r\n\r\n.htaccess\n1984',
      ['pine crib', 'fir crib', '.htaccess', '1984'],
    ],
    ['a single keyword', 'pine crib', ['pine crib']],
    ['one line of commas', 'pine crib, fir crib,elm crib', ['pine crib', 'fir crib', 'elm crib']],
    [
      'lines of commas',
      'pine crib, fir crib\nelm crib, oak crib\n',
      ['pine crib', 'fir crib', 'elm crib', 'oak crib'],
    ],
    ['numbered and commented', '# my list\n\n1. pine crib\n2) fir crib\n// end\n', ['pine crib', 'fir crib']],
    [
      'bulleted',
      '- pine crib\n* fir crib\n• elm crib\n- [x] oak crib\n',
      ['pine crib', 'fir crib', 'elm crib', 'oak crib'],
    ],
    ['quoted', '"pine crib"\n“fir crib”\n[elm crib]\n', ['pine crib', '“fir crib”', 'elm crib']],
    ['quoted with commas', '"crib, pine", fir crib', ['crib, pine', 'fir crib']],
    ['with a header', 'Keyword\npine crib\n', ['pine crib']],
    ['with a header, quoted', '"Keyword"\n"crib, pine"\n', ['crib, pine']],
    [
      'of words that headers have',
      'search volume, keyword difficulty, cpc',
      ['search volume', 'keyword difficulty', 'cpc'],
    ],
    ['in JSON with figures in it', '["pine crib", 1984, null]', ['pine crib', '1984']],
    ['hash tags', '#pinecrib\n#fircrib', ['#pinecrib', '#fircrib']],
    [
      'in Markdown',
      '# Cribs\n\nSome words about the list.\n\n- **pine crib**\n- [fir crib](https://example.org)\n- `elm crib`\n',
      ['pine crib', 'fir crib', 'elm crib'],
      'cribs.md',
    ],
    ['in JSON', '["pine crib", "fir, crib"]', ['pine crib', 'fir, crib']],
    [
      'in JSON that is not quite',
      "['pine crib', 'fir crib',]".replaceAll("'", '"'),
      ['pine crib', 'fir crib'],
    ],
  ];
  for (const [what, text, terms, name] of lists) {
    it(`reads a list ${what}`, async () => {
      const list = await read(text, name);
      assert.deepEqual([list.tool, list.terms, list.demand], ['plain', terms, null]);
    });
  }

  it('drops duplicates by key and says so', async () => {
    const list = await read('pine crib\nPine-Crib\n\nfir crib\n');
    assert.deepEqual(
      [list.terms, droppedOf(list), [...list.sourceRows]],
      [['pine crib', 'fir crib'], { duplicate: 1 }, [1, 4]],
    );
  });

  it('keeps lines of other scripts', async () => {
    assert.deepEqual((await read('книга\n手作り\nไม้แกะสลัก\n')).terms, ['книга', '手作り', 'ไม้แกะสลัก']);
  });

  it('drops what is too long to be a keyword', async () => {
    const list = await read(`pine crib\n${'x'.repeat(1_000_000)}\n`);
    assert.deepEqual([list.terms, list.dropped.length], [['pine crib'], 1]);
  });

  it('reads a selection and pasted keywords alike', () => {
    assert.deepEqual(readKeywordText('pine crib, fir crib', { name: 'Selection' }).terms, [
      'pine crib',
      'fir crib',
    ]);
    assert.deepEqual(rowsOf(readKeywordText('pine crib,120\nfir crib,30', { name: 'Selection' })), [
      { term: 'pine crib', demand: '120 monthly' },
      { term: 'fir crib', demand: '30 monthly' },
    ]);
  });
});

describe('tables that no format knows', () => {
  it('finds the columns by name, after lines before the header', async () => {
    const text =
      'Report\nmade today\n\nSearch query;Monthly searches;KD;CPC (EUR);notes\npine crib;1.200;63;"1,50";x\nfir crib;90;7;"0,20";y\n';
    const list = await read(text);
    assert.deepEqual([list.tool, list.currency, list.delimiter], ['table', 'EUR', ';']);
    assert.deepEqual(rowsOf(list), [
      { term: 'pine crib', demand: '1200 monthly', competition: '0.63 difficulty', cpc: 1.5 },
      { term: 'fir crib', demand: '90 monthly', competition: '0.07 difficulty', cpc: 0.2 },
    ]);
    assert.match(list.notes.join(), /guessed/);
  });

  it('finds them by value where there is no header, and takes no running number for demand', async () => {
    assert.deepEqual(rowsOf(await read('1,pine crib,120\n2,fir crib,30\n3,elm crib,20\n')), [
      { term: 'pine crib', demand: '120 monthly' },
      { term: 'fir crib', demand: '30 monthly' },
      { term: 'elm crib', demand: '20 monthly' },
    ]);
  });

  it('asks with a guess, which a mapping then overrides', async () => {
    const text = 'phrase,hits,rivals\npine crib,120,9000\nfir crib,30,400\n';
    const guess = await guessColumns(Buffer.from(text), { name: 'list.csv' });
    assert.deepEqual([guess?.columns, guess?.mapping.term], [['phrase', 'hits', 'rivals'], 'phrase']);
    const list = await read(text, 'list.csv', {
      term: 'phrase',
      demand: 'hits',
      competition: 'rivals',
      competitionKind: 'count',
    });
    assert.deepEqual(rowsOf(list)[0], {
      term: 'pine crib',
      demand: '120 monthly',
      competition: '9000 count',
    });
    const byPlace = await read(text, 'list.csv', { term: '1', demand: 'column 3', demandKind: 'index' });
    assert.deepEqual(rowsOf(byPlace)[1], { term: 'fir crib', demand: '400 index' });
    await assert.rejects(
      read(text, 'list.csv', { term: '1', demand: 'no such' }),
      (error) =>
        LexyBrainError.is(error, 'invalid-request') && error.toUserText().includes('phrase, hits, rivals'),
    );
  });

  it('takes from the values what a name leaves open', async () => {
    const rows = async (text: string): Promise<unknown> => rowsOf(await read(text, 'list.csv'))[0];
    assert.deepEqual(await rows('Keyword,Search Volume,Competition\npine crib,120,0.91\nfir crib,30,1\n'), {
      term: 'pine crib',
      demand: '120 monthly',
      competition: '0.91 density',
    });
    assert.deepEqual(await rows('Keyword,Searches,Engagement,Competition\npine crib,120,900,1\n'), {
      term: 'pine crib',
      demand: '120 monthly',
      competition: '1 count',
    });
    assert.deepEqual(await rows('Search term,Visits\npine crib,12\nfir crib,5\n'), {
      term: 'pine crib',
      demand: '12 impressions',
    });
    assert.deepEqual(
      rowsOf(
        await read('a,b,c\npine crib,120,0.5\n', 'list.csv', { term: 'a', demand: 'b', competition: 'c' }),
      )[0],
      { term: 'pine crib', demand: '120 monthly', competition: '0.5 density' },
    );
  });

  it('gives equal keys to equal headers only', async () => {
    const keyOf = async (header: string): Promise<string | undefined> =>
      (await guessColumns(Buffer.from(`${header}\npine crib,120\n`), { name: 'a.csv' }))?.headerKey;
    assert.equal(await keyOf('Phrase,Hits'), await keyOf('phrase ,hits'));
    assert.notEqual(await keyOf('Phrase,Hits'), await keyOf('Phrase,Views'));
  });

  it('asks nothing of known formats and plain lists', async () => {
    for (const text of [
      'pine crib\nfir crib',
      'Top queries,Clicks,Impressions,CTR,Position\nx crib,1,2,3%,4\n',
    ]) {
      assert.equal(await guessColumns(Buffer.from(text), { name: 'a.csv' }), null);
    }
  });

  it('reads Markdown tables and JSON objects', async () => {
    const markdown =
      'Words.\n\n| Keyword | Volume |\n|:--|--:|\n| pine crib | 1,200 |\n| fir crib | |\n\nMore | words.\n';
    const expected = [{ term: 'pine crib', demand: '1200 monthly' }, { term: 'fir crib' }];
    assert.deepEqual(rowsOf(await read(markdown)), expected);
    const json = {
      made: 'today',
      keywords: [
        { keyword: 'pine crib', volume: 1200 },
        { keyword: 'fir crib', volume: null },
      ],
    };
    assert.deepEqual(rowsOf(await read(JSON.stringify(json))), expected);
  });

  it('reads the workbooks some tools export', async () => {
    const bytes = workbook([
      ['Customer Search Term', 'Impressions', 'Click-Thru Rate (CTR)', 'Cost Per Click (CPC)', 'Currency'],
      ['pine crib', 400, 0.02, 0.51, 'USD'],
      ['fir crib', 20, '', '', 'USD'],
    ]);
    const list = await readKeywordList(bytes, { name: 'terms.xlsx' });
    assert.deepEqual([list.tool, list.encoding, list.currency], ['amazon-sponsored-products', 'xlsx', 'USD']);
    assert.deepEqual(rowsOf(list), [
      { term: 'pine crib', demand: '400 impressions', engagement: 0.02, cpc: 0.51 },
      { term: 'fir crib', demand: '20 impressions' },
    ]);
    const plain = await readKeywordList(workbook([['pine crib'], ['fir crib']]), { name: 'a.xlsx' });
    assert.deepEqual(plain.terms, ['pine crib', 'fir crib']);
  });
});

describe('duplicates', () => {
  it('keeps the row with more metrics, then the one with more demand, where the first stood', async () => {
    const list = await read(
      'Keyword,Volume,KD\npine crib,,5\nelm crib,1,1\nPine crib,10,5\npine-crib,90,\nElm crib,3,1\n',
      'list.csv',
    );
    assert.deepEqual(rowsOf(list), [
      { term: 'Pine crib', demand: '10 monthly', competition: '0.05 difficulty' },
      { term: 'Elm crib', demand: '3 monthly', competition: '0.01 difficulty' },
    ]);
    assert.deepEqual([droppedOf(list), [...list.sourceRows]], [{ duplicate: 3 }, [4, 6]]);
  });
});

describe('merging', () => {
  it('keeps the kind of each source and adds nothing up', async () => {
    const etsy = await read('Keywords,Avg Searches,Etsy Competition\npine crib,100,5000\nfir crib,20,300\n');
    const google = await read(
      'Top queries,Clicks,Impressions,CTR,Position\npine crib,1,9000,1%,3\nelm crib,2,50,4%,1\n',
    );
    const merged = mergeKeywordLists([etsy, google]);
    assert.deepEqual(merged.demand?.kinds, ['monthly', 'impressions']);
    assert.deepEqual([merged.tool, merged.market], ['erank-bulk+google-search-console', null]);
    assert.deepEqual(rowsOf(merged), [
      { term: 'pine crib', demand: '9000 impressions', clicks: 1, engagement: 0.01 },
      { term: 'fir crib', demand: '20 monthly', competition: '300 count' },
      { term: 'elm crib', demand: '50 impressions', clicks: 2, engagement: 0.04 },
    ]);
  });

  it('leaves out costs that are in different currencies', async () => {
    const list = (code: string): Promise<KeywordList> =>
      read(`Keyword,Volume,CPC (${code})\n${code} crib,1,2.5\n`);
    const [pounds, dollars, more] = await Promise.all([list('GBP'), list('USD'), list('USD')]);
    assert.equal(mergeKeywordLists([pounds, dollars]).cpc, null);
    assert.deepEqual(
      [...(mergeKeywordLists([dollars, { ...more, terms: ['x'], keys: ['x'] }]).cpc ?? [])],
      [2.5, 2.5],
    );
  });

  it('changes nothing about a single list', async () => {
    const list = await read('pine crib\nfir crib');
    assert.equal(mergeKeywordLists([list]), list);
  });
});

describe('trouble', () => {
  it('is an error with a reason', async () => {
    await fails(read(''), 'list-empty');
    await fails(read(' \n\n '), 'list-empty');
    await fails(read('\ufeff'), 'list-empty');
    await fails(read('# only a comment\n---\n'), 'list-no-keywords');
    await fails(read('Keyword,Volume\n,5\n'), 'list-no-keywords');
    for (const header of ['Keyword,Search volume', 'Title\n\nTerm;Search volume;CPC;mine;x\n', 'Keyword\n'])
      await fails(read(header), 'list-no-keywords');
    for (const json of ['[]', '{"a":1}', '{"keywords":[]}', '[{"keyword":null}]'])
      await fails(read(json), 'list-no-keywords');
    await fails(read('Day,Views\n2026-01-01,5\n2026-01-02,7\n2026-01-03,9\n'), 'list-no-keywords');
    await fails(read('Region,pine crib: (1/1/25 - 1/1/26)\nVermont,100\n'), 'list-refused');
    await fails(read('<!DOCTYPE html>\n<table><tr><td>pine crib</td></tr></table>'), 'list-binary');
    await fails(
      readKeywordList(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), { name: 'a.png' }),
      'list-binary',
    );
    await fails(readKeywordList(new Uint8Array(101 * 1024 * 1024), { name: 'a.csv' }), 'list-too-large');
    await fails(
      readKeywordList(zipSync({ 'a.txt': Buffer.from('pine crib') }), { name: 'a.zip' }),
      'list-binary',
    );
    const book = workbook([['Keyword'], ['pine crib']]);
    await fails(readKeywordList(book.subarray(0, book.length >> 1), { name: 'a.xlsx' }), 'list-damaged');
  });

  it('stops a workbook that inflates out of proportion', async () => {
    const bomb = zipSync({
      '[Content_Types].xml': Buffer.from('<Types/>'),
      'xl/worksheets/sheet1.xml': new Uint8Array(20 * 1024 * 1024),
    });
    assert.ok(bomb.length < 60_000);
    await fails(readKeywordList(bomb, { name: 'bomb.xlsx' }), 'list-too-large');
  });

  it('stops a workbook of a kilobyte with a cell at the far corner', async () => {
    const sheets = [
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="4000000000"><c r="A4000000000"><v>2</v></c></row>',
      '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>',
      Array.from({ length: 500 }, (_, row) => `<row r="${row + 1}"><c r="XFD${row + 1}" s="1"/></row>`).join(
        '',
      ),
    ];
    for (const sheet of sheets) {
      await fails(readKeywordList(workbookOf(sheet), { name: 'far.xlsx' }), 'list-too-large');
    }
    const near =
      '<row r="3"><c r="B3" t="str"><v>pine crib</v></c></row><row r="1048576"><c r="A1048576" s="2"/></row>';
    const list = await readKeywordList(workbookOf(near), { name: 'near.xlsx' });
    assert.deepEqual(list.terms, ['pine crib']);
  });

  it('takes a stray zero for damage and not for UTF-16', async () => {
    await fails(read('Keyword,Volume\npine\0crib,1\nfir crib,2\n'), 'list-binary');
    const rows = Array.from({ length: 200 }, (_, at) => `crib ${at},${at}`).join('\n');
    const list = await read(`Keyword,Volume\npine\0crib,1\n${rows}\n`, 'list.csv');
    assert.deepEqual([list.encoding, list.terms[0], list.terms.length], ['utf-8', 'pine crib', 201]);
  });

  it('keeps the damage of a quote that never closes in its line', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `crib ${at},${at}`).join('\n');
    const list = await read(`Keyword,Volume\n"pine crib,120\n${rows}\n`, 'list.csv');
    assert.equal(list.terms.length, 31);
    assert.equal(list.terms[0], 'pine crib');
    assert.match(list.notes.join(), /quote/);
  });

  it('reads ragged rows and says that they are', async () => {
    const list = await read('Keyword,Volume,KD\npine crib,120\nfir crib\nelm crib,5,50,extra\n', 'list.csv');
    assert.deepEqual(
      rowsOf(list).map(({ term }) => term),
      ['pine crib', 'fir crib', 'elm crib'],
    );
    assert.match(list.notes.join(), /2 rows have fewer cells/);
  });

  it('takes formulas for the text they are', async () => {
    const list = await read('Keyword,Volume\n"=HYPERLINK(""http://x"")",5\n+pine crib,6\n', 'list.csv');
    assert.deepEqual(list.terms, ['=HYPERLINK("http://x")', '+pine crib']);
  });

  it('reads a header that is repeated within the file once', async () => {
    const list = await read('Keyword,Volume\npine crib,1\nKeyword,Volume\nfir crib,2\n', 'list.csv');
    assert.deepEqual([list.terms.length, droppedOf(list)], [2, { 'repeated header': 1 }]);
  });

  it('ends in a list or a known error for any text and any bytes', async () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        'Keyword',
        'Volume',
        'KD',
        '"',
        '""',
        '< 20',
        '5,1',
        'TOP',
        'RISING',
        '|---|',
        '[{"',
        '1. a',
      ),
    );
    const text = fc
      .array(fc.array(cell, { maxLength: 5 }), { maxLength: 12 })
      .chain((rows) =>
        fc
          .constantFrom(',', ';', '\t', '|')
          .map((delimiter) => rows.map((row) => row.join(delimiter)).join('\n')),
      );
    const bytes = fc.oneof(
      text.map((value) => Buffer.from(value)),
      text.map((value) => Buffer.from(value, 'utf16le')),
      fc.uint8Array({ maxLength: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        try {
          const list = await readKeywordList(input, { name: 'any.csv' });
          const { length } = list.terms;
          assert.ok(length > 0);
          assert.deepEqual(list.terms.map(termKey), list.keys);
          assert.equal(new Set(list.keys).size, length);
          for (const column of [
            list.demand?.values,
            list.competition?.values,
            list.trend,
            list.cpc,
            list.sourceRows,
          ]) {
            if (column !== null && column !== undefined) assert.equal(column.length, length);
          }
        } catch (error) {
          if (!LexyBrainError.is(error)) throw error;
        }
        await guessColumns(input, { name: 'any.csv' }).catch((error: unknown) => {
          if (!LexyBrainError.is(error)) throw error;
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON Lines and workbooks of several sheets', () => {
  it('reads an object a line', async () => {
    const lines = '{"keyword":"pine crib","volume":1200}\r\n\n{"keyword":"fir crib","volume":null}\n';
    assert.deepEqual(rowsOf(await read(lines, 'list.jsonl')), [
      { term: 'pine crib', demand: '1200 monthly' },
      { term: 'fir crib' },
    ]);
  });

  it('takes the first sheet with a keyword table, and says so', async () => {
    const keywords = [
      ['Keyword', 'Volume', 'Keyword Difficulty'],
      ['pine crib', 1200, 63],
      ['fir crib', 90, 7],
    ];
    const book = workbook([['Made by the tool'], ['on a Monday']], keywords, [['Keyword'], ['elm crib']]);
    const list = await readKeywordList(book, { name: 'a.xlsx' });
    assert.deepEqual([list.tool, list.terms], ['semrush', ['pine crib', 'fir crib']]);
    assert.match(list.notes.join(), /3 sheets; "Sheet2"/);
    const alone = await readKeywordList(workbook(keywords), { name: 'a.xlsx' });
    assert.ok(!alone.notes.join().includes('sheets'));
  });
});

describe('headers in other languages', () => {
  const planner = [
    'krippe holz\tEUR\t1300\t-10%\tHoch\t88\t0,27',
    'krippe tanne\tEUR\t90\t5%\tGering\t4\t0,10',
  ].join('\n');
  const console = 'krippe holz;35;560;6,25%;2,5\nkrippe tanne;1;90;1,1%;9';
  const semrush = 'krippe holz,x,210,15,4.62\nkrippe tanne,x,90,7,0.3';
  const plannerRow = {
    term: 'krippe holz',
    demand: '1300 monthly',
    competition: '0.88 index',
    trend: -0.1,
    cpc: 0.27,
  };
  const consoleRow = { term: 'krippe holz', demand: '560 impressions', clicks: 35, engagement: 0.0625 };
  const semrushRow = {
    term: 'krippe holz',
    demand: '210 monthly',
    competition: '0.15 difficulty',
    cpc: 4.62,
  };
  const files: readonly (readonly [what: string, header: string, rows: string, first: object])[] = [
    ['a German Keyword Planner', 'Keyword\tWährung\tDurchschnittl. Suchanfragen pro Monat\tVeränderung über drei Monate\tWettbewerb\tWettbewerb (indexierter Wert)\tGebot für obere Positionen (unterer Bereich)', planner, plannerRow],
    ['a Spanish Keyword Planner', 'Palabra clave\tMoneda\tPromedio de búsquedas mensuales\tCambio en los últimos tres meses\tCompetencia\tCompetencia (valor indexado)\tPuja para la parte superior de la página (intervalo bajo)', planner, plannerRow],
    ['a French Keyword Planner', 'Mot clé\tDevise\tNombre moyen de recherches mensuelles\tÉvolution sur trois mois\tConcurrence\tConcurrence (valeur indexée)\tEnchère de haut de page (fourchette basse)', planner, plannerRow],
    ['a German Search Console', 'Häufigste Suchanfragen;Klicks;Impressionen;CTR;Position', console, consoleRow],
    ['a Spanish Search Console', 'Consultas principales;Clics;Impresiones;CTR;Posición', console, consoleRow],
    ['a French Search Console', 'Requêtes les plus fréquentes;Clics;Impressions;CTR;Position', console, consoleRow],
    ['a German Semrush', 'Keyword,Absicht,Volumen,Keyword-Schwierigkeit,CPC (EUR)', semrush, semrushRow],
    ['a Spanish Semrush', 'Palabra clave,Intención,Volumen,Dificultad de palabra clave,CPC (EUR)', semrush, semrushRow],
    ['a Chinese Helium 10', '关键词词组,搜索量,搜索量趋势,H10 PPC 建议竞价,竞品数\npine crib,500,-9,0.66,>2000', 'fir crib,20,3,0.5,100', { term: 'pine crib', demand: '500 monthly', competition: '>2000 count', trend: -0.09, cpc: 0.66 }],
  ]; // prettier-ignore
  for (const [what, header, rows, first] of files) {
    it(`reads the columns of ${what}`, async () => {
      assert.deepEqual(rowsOf(await read(`${header}\n${rows}\n`, 'list.csv'))[0], first);
    });
  }
});

describe('very large lists', () => {
  it('reads more than 50 MB, and refuses more than a million keywords with what to do', async () => {
    const filler = 'x'.repeat(1000);
    const wide = `Keyword,Volume,note\n${Array.from({ length: 52_000 }, (_, at) => `crib ${at},${at},${filler}`).join('\n')}\n`;
    assert.ok(wide.length > 50 * 1024 * 1024);
    const list = await read(wide, 'wide.csv');
    assert.deepEqual([list.terms.length, list.demand?.values.at(-1)], [52_000, 51_999]);
    const rows = Array.from({ length: 1_000_001 }, (_, at) => `c${at},1`).join('\n');
    await fails(read(`Keyword,Volume\n${rows}\n`, 'long.csv'), 'list-too-large');
  }).timeout(60_000);

  it('drops a row of a million characters from a table and keeps the others', async () => {
    const list = await read(`Keyword,Volume\n${'x'.repeat(1_000_000)},5\npine crib,120\n`, 'list.csv');
    assert.deepEqual(list.terms, ['pine crib']);
    assert.match(JSON.stringify(list.dropped), /longer than 200/);
  });

  it('reads what is there of a file that was cut off', async () => {
    const list = await read('Keyword,Volume\npine crib,120\nfir cr', 'list.csv');
    assert.deepEqual(list.terms, ['pine crib', 'fir cr']);
    assert.match(list.notes.join(), /fewer cells/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import Papa from 'papaparse';
import { readKeywordList } from '../../../src/keywords/read.ts';
import type { KeywordList } from '../../../src/keywords/types.ts';
import { EXPORTS, type ExportExample } from '../../fakes/keyword-exports.ts';
import { rowsOf } from '../../fakes/keyword-rows.ts';
import { legacyBytes } from '../../fakes/legacy-bytes.ts';
import { workbook } from '../../fakes/workbook.ts';

/** An example taken apart: what stands before the header, and the table. */
interface Taken {
  readonly example: ExportExample;
  readonly delimiter: string;
  readonly preamble: readonly string[][];
  readonly header: readonly string[];
  readonly rows: readonly string[][];
}

/** Google Trends has no table under a header of its own: what moves columns about does not fit it. */
const isTable = ({ example }: Taken): boolean => !example.tool.startsWith('google-trends');

function take(example: ExportExample): Taken {
  const delimiter = example.delimiter ?? ',';
  const text = example.text.replace('\ufeff', '').trimEnd();
  const records = Papa.parse<string[]>(text, { delimiter }).data;
  let lines = example.dropped?.['preamble line'] ?? 0;
  let start = 0;
  while (lines > 0 || records[start]?.every((cell) => cell.trim() === '') === true) {
    if (records[start]?.some((cell) => cell.trim() !== '') === true) lines -= 1;
    start += 1;
  }
  const header = records[start] ?? [];
  const rows = records.slice(start + 1).map((cells) => {
    const lacking = Math.max(0, header.length - cells.length);
    return cells.length < 2 ? cells : [...cells, ...Array.from({ length: lacking }, () => '')];
  });
  return { example, delimiter, preamble: records.slice(0, start), header, rows };
}

const recordsOf = ({ preamble, header, rows }: Taken): string[][] => [...preamble, [...header], ...rows];

function textOf(taken: Taken, config: Papa.UnparseConfig = {}): string {
  return Papa.unparse(recordsOf(taken), { delimiter: taken.delimiter, newline: '\n', ...config });
}

type Seen = Partial<Pick<KeywordList, 'encoding' | 'delimiter' | 'market' | 'currency'>>;

async function assertSame(taken: Taken, bytes: Uint8Array | string, seen: Seen = {}): Promise<KeywordList> {
  const { example } = taken;
  const input = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const list = await readKeywordList(input, { name: example.name ?? 'list.csv' });
  const { encoding, delimiter, market, currency } = { ...list, ...seen };
  assert.deepEqual(
    { tool: list.tool, rows: rowsOf(list), ...readOf(list) },
    {
      tool: example.tool,
      rows: example.rows,
      ...{ encoding, delimiter, market, currency },
      market: example.market,
      currency: example.currency ?? null,
    },
    example.text.slice(0, 80),
  );
  return list;
}

const readOf = ({ encoding, delimiter, market, currency }: KeywordList): object => ({
  encoding,
  delimiter,
  market,
  currency,
});

const droppedOf = (list: KeywordList, reason: string): number =>
  list.dropped.find((dropped) => dropped.reason === reason)?.count ?? 0;

/** A column put into the table, at its start, in its middle or at its end. */
function withColumn(taken: Taken, at: number, name: string, cell: (row: number) => string): Taken {
  const put = (cells: readonly string[], value: string): string[] => [
    ...cells.slice(0, at),
    value,
    ...cells.slice(at),
  ];
  return {
    ...taken,
    header: put(taken.header, name),
    rows: taken.rows.map((cells, row) => put(cells, cell(row))),
  };
}

const ALL = EXPORTS.map(take);
const TABLES = ALL.filter(isTable);

describe('every export, however it was saved', () => {
  it('in UTF-8 and UTF-16, with a byte order mark and without', async () => {
    for (const taken of ALL) {
      const text = textOf(taken);
      await assertSame(taken, text, { encoding: 'utf-8' });
      await assertSame(taken, `\ufeff${text}`, { encoding: 'utf-8' });
      for (const mark of ['\ufeff', '']) {
        const little = Buffer.from(mark + text, 'utf16le');
        await assertSame(taken, little, { encoding: 'utf-16le' });
        await assertSame(taken, Buffer.from(little).swap16(), { encoding: 'utf-16be' });
      }
    }
  });

  it('in the encoding of an older Windows', async () => {
    const encodings = { 'windows-1252': /[à-ÿ–]/, 'windows-1251': /[а-я]/i, gb18030: /[一-龥]/ };
    let tried = 0;
    for (const taken of ALL) {
      // The no-break spaces of Google Trends exist in Unicode only.
      const text = textOf(taken).replace(/[\u202f∞≤：]/g, '-');
      for (const [encoding, letters] of Object.entries(encodings)) {
        if (!letters.test(text) || /[一-龥].*[à-ÿ]|[à-ÿ].*[一-龥]/su.test(text)) continue;
        await assertSame(taken, legacyBytes(text, encoding), { encoding });
        tried += 1;
      }
    }
    assert.ok(tried >= 3);
  });

  it('with any line ends, and without the last', async () => {
    for (const taken of ALL) {
      for (const newline of ['\n', '\r\n', '\r']) {
        await assertSame(taken, textOf(taken, { newline }));
        await assertSame(taken, textOf(taken, { newline }) + newline);
      }
      // Two files put together: lines before the header end otherwise than those after.
      const { preamble } = taken;
      const before = preamble.map((cells) => `${Papa.unparse([cells], { delimiter: taken.delimiter })}\n`);
      await assertSame(taken, before.join('') + textOf({ ...taken, preamble: [] }, { newline: '\r\n' }));
    }
  });

  it('with any delimiter, quoted or not', async () => {
    for (const taken of ALL) {
      for (const delimiter of [',', ';', '\t', '|']) {
        await assertSame(taken, textOf(taken, { delimiter }), { delimiter });
        await assertSame(taken, textOf(taken, { delimiter, quotes: true }), { delimiter });
      }
    }
  });

  it('as a workbook', async () => {
    for (const taken of ALL) {
      const list = await assertSame(taken, workbook(recordsOf(taken)), { delimiter: null, encoding: 'xlsx' });
      assert.ok(list.terms.length > 0);
    }
  });

  it('without its first lines, and with many of them', async () => {
    for (const taken of ALL) {
      await assertSame(taken, textOf({ ...taken, preamble: [] }));
      for (const lines of [1, 8, 37]) {
        const preamble = Array.from({ length: lines }, (_, line) =>
          line % 5 === 3 ? [''] : [`Line ${line}: words`],
        );
        const list = await assertSame(taken, textOf({ ...taken, preamble }));
        assert.equal(droppedOf(list, 'preamble line'), preamble.filter(([cell]) => cell !== '').length);
      }
    }
  });

  it('with its columns the other way round', async () => {
    for (const taken of TABLES) {
      // Which change is read where there are two is told by name, so the order does not matter there either.
      if (taken.header.some((name) => name.startsWith('Previous 3 months'))) continue;
      const turned = {
        ...taken,
        header: taken.header.toReversed(),
        rows: taken.rows.map((cells) => cells.toReversed()),
      };
      await assertSame(taken, textOf({ ...turned, preamble: [] }));
    }
  });

  it('with columns of the user in it, an index before it and empty ones after it', async () => {
    for (const taken of TABLES) {
      const middle = taken.header.length >> 1;
      const variants = [
        withColumn(taken, middle, 'my notes, and "thoughts"', (row) => `1${row},5 nice; really`),
        withColumn(taken, middle, '', () => ''),
        withColumn(taken, 0, '', (row) => String(row)),
        withColumn(taken, 0, 'Priority', (row) => String(row * 100)),
        withColumn(
          withColumn(taken, taken.header.length, '', () => ''),
          taken.header.length + 1,
          '',
          () => '',
        ),
      ];
      for (const variant of variants) await assertSame(taken, textOf(variant));
    }
  });

  it('with the blank cells at the end of rows that a spreadsheet leaves', async () => {
    for (const taken of ALL) {
      const widened = recordsOf(taken).map((cells) => [...cells, '', '']);
      await assertSame(taken, Papa.unparse(widened, { delimiter: taken.delimiter, newline: '\n' }));
    }
  });

  it('with its names in other case and spaces', async () => {
    for (const taken of TABLES) {
      const header = taken.header.map((name) => ` ${name.toUpperCase().replaceAll(' ', '\u00a0\u2009 ')} `);
      // A currency in a name is told by capitals in brackets, which it keeps.
      await assertSame(taken, textOf({ ...taken, header }));
    }
  });

  it('with totals, blank lines and the same rows again', async () => {
    for (const taken of TABLES) {
      const { header, rows } = taken;
      const blank = header.map(() => '');
      const total = (at: number): string[] =>
        header.map((_, column) => (column === at ? 'Total: Account' : '9'));
      const list = await assertSame(
        taken,
        textOf({ ...taken, rows: [...rows, blank, total(0), [''], total(header.length - 1), ...rows] }),
      );
      const own = taken.example.dropped ?? {};
      assert.equal(droppedOf(list, 'duplicate'), taken.example.rows.length);
      assert.equal(droppedOf(list, 'totals row'), 2 + 2 * (own['totals row'] ?? 0));
    }
  });

  it('and with nothing under its header it is an error', async () => {
    for (const taken of ALL) {
      // A single line of words with commas between them is a list of keywords.
      if (taken.header[0] === 'Time') continue;
      const rows = taken.header[0] === 'TOP' ? [['RISING']] : [];
      await assert.rejects(
        readKeywordList(Buffer.from(textOf({ ...taken, rows })), { name: 'list.csv' }),
        /holds no keywords/,
        taken.example.text.slice(0, 80),
      );
    }
  });
});

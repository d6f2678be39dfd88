import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import Papa from 'papaparse';
import { streamTraining } from '../../../src/training/export.ts';
import { FORMATS, formatOf } from '../../../src/training/formats/index.ts';
import { escapeFormula, unescapeFormula } from '../../../src/store/formula.ts';
import type { Message, TrainingFilter, TrainingSource } from '../../../src/training/types.ts';
import type { FeedbackRecord, PreferenceRecord, RequestRow, UserIds } from '../../../src/store/types.ts';
import { samplePreference, sampleRating } from '../store/samples.ts';
import {
  chat,
  failed,
  MemorySource,
  MODEL,
  rated,
  stored,
  SYSTEM,
  withTemporary,
  written,
} from './samples.ts';
import { LINE_SCHEMAS } from './schemas.ts';

interface Options {
  readonly filter?: TrainingFilter;
  readonly users?: UserIds;
}

async function bytesOf(format: string, source: TrainingSource, options: Options = {}): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of streamTraining(source, { format, ...options })) {
    pieces.push(typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

/** A line of any of the formats; the schemas say which has what. */
interface Line {
  readonly messages: readonly Message[];
  readonly prompt: readonly Message[];
  readonly chosen: readonly Message[];
  readonly rejected: readonly Message[];
  readonly label: boolean;
  readonly request: RequestRow;
  readonly responses: readonly unknown[];
  readonly ratings: readonly FeedbackRecord[];
}

async function linesOf(format: string, source: TrainingSource, options: Options = {}): Promise<Line[]> {
  const text = (await bytesOf(format, source, options)).toString();
  assert.ok(text === '' || text.endsWith('\n'), 'every line is ended');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

async function queryParquet(
  bytes: Buffer,
  sql: (file: string) => string,
): Promise<Record<string, unknown>[]> {
  return withTemporary(async (folder) => {
    const file = join(folder, 'rows.parquet');
    await writeFile(file, bytes);
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    try {
      const reader = await connection.runAndReadAll(sql(`'${file}'`));
      return reader.getRowObjectsJson();
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });
}

describe('the formats of training data', () => {
  const good = written();
  const bad = written();
  const answer = JSON.stringify(good.responses[0]!.output_json);

  it('are all found by their names, and a name that there is not is refused with those there are', () => {
    for (const format of FORMATS) assert.equal(formatOf(` ${format.id.toUpperCase()} `), format);
    assert.throws(() => formatOf('toString'), /no export format/);
    assert.deepEqual(
      FORMATS.map(({ id }) => id),
      ['jsonl', 'csv', 'sft', 'prompt-completion', 'kto', 'dpo', 'openai', 'openai-preferences', 'parquet'],
    );
  });

  it('hold the conversation: system, prompt, and the answer as JSON text', async () => {
    const source = new MemorySource([stored(good)]);
    const prompt = [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: good.request!.prompt },
    ];
    const completion = [{ role: 'assistant', content: answer }];
    assert.deepEqual(await linesOf('sft', source), [{ messages: [...prompt, ...completion] }]);
    assert.deepEqual(await linesOf('openai', source), [{ messages: [...prompt, ...completion] }]);
    assert.deepEqual(await linesOf('prompt-completion', source), [{ prompt, completion }]);
  });

  it('are what their readers ask for, by schemas of their own', async () => {
    const again = { ...good.request, prompt: good.request!.prompt };
    const worse = written({ request: again, response: { output_json: { niche: 'worse' } } });
    const source = new MemorySource(
      [rated('positive', good), rated('negative', worse), stored(bad), stored(chat())],
      [samplePreference(written(), written())],
    );
    for (const [format, validate] of Object.entries(LINE_SCHEMAS)) {
      const lines = await linesOf(format, source, { filter: { include: ['chat'] } });
      assert.ok(lines.length > 0, format);
      for (const line of lines) assert.ok(validate(line), `${format}: ${JSON.stringify(validate.errors)}`);
    }
  });

  it('KTO: 👍 is true, 👎 false; neutral, unrated and disputed answers are left out', async () => {
    const disputed = written();
    const source = new MemorySource([
      rated('positive', good),
      rated('negative', bad),
      rated('neutral'),
      stored(written()),
      stored(disputed, [
        sampleRating(disputed, 'positive', { user: 'a' }),
        sampleRating(disputed, 'negative', { user: 'b' }),
      ]),
    ]);
    const lines = await linesOf('kto', source);
    assert.deepEqual(
      lines.map(({ label }) => label),
      [true, false],
    );
  });

  describe('DPO', () => {
    const better = written({ response: { output_json: { niche: 'better' } } });
    const worse = written({ response: { output_json: { niche: 'worse' } } });
    const both = [stored(better), stored(worse)];
    const texts = (lines: readonly Line[]): unknown[] =>
      lines.map(({ chosen, rejected }) => [chosen[0]!.content, rejected[0]!.content]);
    const EXPECTED = [['{"niche":"better"}', '{"niche":"worse"}']];

    it('comes from picks, each pair once', async () => {
      const pick = samplePreference(better, worse);
      const source = new MemorySource(both, [pick, { ...pick, id: 'another', user_id: 'b' }]);
      const lines = await linesOf('dpo', source);
      assert.deepEqual(texts(lines), EXPECTED);
      assert.deepEqual(lines[0]!.prompt, [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: better.request!.prompt },
      ]);
    });

    it('has no pair where users picked differently, or where an answer is gone', async () => {
      const contradicted = [samplePreference(better, worse), samplePreference(worse, better)];
      assert.deepEqual(await linesOf('dpo', new MemorySource(both, contradicted)), []);
      const gone = [samplePreference(better, written())];
      assert.deepEqual(await linesOf('dpo', new MemorySource(both, gone)), []);
    });

    it('comes from answers to one prompt that were rated apart, whoever rated', async () => {
      const asked = { request: { prompt: 'the same' } };
      const liked = written({ ...asked, response: { output_json: { niche: 'better' } } });
      const disliked = written({ ...asked, response: { output_json: { niche: 'worse' } } });
      const other = written({ request: { prompt: 'another' } });
      const source = new MemorySource([
        rated('positive', liked, 'a'),
        rated('negative', disliked, 'a'),
        rated('negative', other, 'a'),
        rated('neutral', written(asked), 'a'),
      ]);
      assert.deepEqual(texts(await linesOf('dpo', source)), EXPECTED);
    });

    it('comes from two answers to one request that were rated apart', async () => {
      const two = {
        ...better,
        responses: [better.responses[0]!, { ...worse.responses[0]!, attempt: 2 }],
      };
      const ratings = [sampleRating(better, 'positive'), sampleRating(worse, 'negative', { user: 'b' })];
      assert.deepEqual(texts(await linesOf('dpo', new MemorySource([stored(two, ratings)]))), EXPECTED);
    });

    it('keeps only pairs that the filters let through, and reads them in batches', async () => {
      const many = Array.from({ length: 150 }, (_, at) => [
        written({ response: { output_json: { niche: `better ${at}` } } }),
        written({ response: { output_json: { niche: `worse ${at}` } } }),
      ]);
      const picks: PreferenceRecord[] = many.map(([one, other]) => samplePreference(one!, other!));
      const source = new MemorySource(
        many.flat().map((one) => stored(one)),
        picks,
      );
      const all = await linesOf('dpo', source);
      assert.equal(all.length, 150);
      assert.ok(
        all.every(
          ({ chosen, rejected }) =>
            chosen[0]!.content.replace('better', '') === rejected[0]!.content.replace('worse', ''),
        ),
      );
      assert.equal((await linesOf('dpo', source, { filter: { limit: 7 } })).length, 7);
      assert.equal((await linesOf('dpo', source, { filter: { models: [MODEL] } })).length, 150);
      assert.equal((await linesOf('dpo', source, { filter: { models: ['other'] } })).length, 0);
    });

    it('leaves out what the built-in analyst computed, unless asked for', async () => {
      const computed = written({ response: { provider: 'builtin' } });
      const source = new MemorySource(
        [stored(better), stored(computed)],
        [samplePreference(better, computed)],
      );
      assert.equal((await linesOf('dpo', source)).length, 0);
      assert.equal((await linesOf('dpo', source, { filter: { include: ['builtin'] } })).length, 1);
    });
  });

  it('leave out built-in answers, failed attempts and free chats unless asked for', async () => {
    const retried = written();
    const { responses } = retried;
    const source = new MemorySource([
      stored(good),
      stored(written({ response: { provider: 'builtin' } })),
      stored(failed()),
      stored(chat()),
      stored({ ...retried, responses: [{ ...failed().responses[0]! }, { ...responses[0]!, attempt: 2 }] }),
    ]);
    const count = async (filter: TrainingFilter): Promise<number> =>
      (await linesOf('sft', source, { filter })).length;
    assert.equal(await count({}), 2);
    assert.equal(await count({ include: ['builtin'] }), 3);
    assert.equal(await count({ include: ['failed'] }), 3);
    assert.equal(await count({ include: ['chat'] }), 3);
    assert.equal(await count({ include: ['builtin', 'failed', 'chat'] }), 5);
    assert.equal(await count({ types: ['chat_completion'] }), 1, 'naming the type is asking for it');
    const attempts = async (filter: TrainingFilter): Promise<number[]> =>
      (await linesOf('jsonl', source, { filter })).map((line) => line.responses.length);
    assert.deepEqual(await attempts({}), [1, 1]);
    assert.deepEqual(await attempts({ include: ['failed'] }), [1, 1, 2]);
  });

  it('hold chats as the messages they were; pictures, tools and cut prompts are left out', async () => {
    const parts = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hel' },
          { type: 'text', text: 'lo' },
        ],
      },
    ];
    const source = new MemorySource([
      stored(chat(parts)),
      stored(chat([{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }])),
      stored(chat([{ role: 'tool', content: 'x' }])),
      stored({ ...chat(), request: { ...chat().request!, prompt: '[{"role":"user","content":"He… (cut)' } }),
      stored(chat([{ role: 'assistant', content: 'no question' }])),
    ]);
    assert.deepEqual(await linesOf('sft', source, { filter: { include: ['chat'] } }), [
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: 'Hello yourself.' },
        ],
      },
    ]);
  });

  it('OpenAI chat: only turns of user and assistant', async () => {
    const twice = [
      { role: 'user', content: 'One.' },
      { role: 'user', content: 'Two.' },
    ];
    const turns = [
      { role: 'user', content: 'One.' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'Two.' },
    ];
    const source = new MemorySource([stored(chat(twice)), stored(chat(turns))]);
    const lines = await linesOf('openai', source, { filter: { include: ['chat'] } });
    assert.deepEqual(
      lines.map(({ messages }) => messages.length),
      [4],
    );
  });

  it('drop users, or number them by appearance, in ratings too', async () => {
    const one = written({ user: 'ann' });
    const other = written({ user: 'bob' });
    const source = new MemorySource([
      stored(one, [sampleRating(one, 'positive', { user: 'bob' })]),
      stored(other, [sampleRating(other, 'negative', { user: 'bob' })]),
    ]);
    const usersOf = async (users: UserIds): Promise<unknown[]> =>
      (await linesOf('jsonl', source, { users })).map(({ request, ratings }) => [
        request.user_id,
        ratings[0]!.user_id,
      ]);
    assert.deepEqual(await usersOf('keep'), [
      ['ann', 'bob'],
      ['bob', 'bob'],
    ]);
    assert.deepEqual(await usersOf('pseudonymise'), [
      ['user-1', 'user-2'],
      ['user-2', 'user-2'],
    ]);
    assert.deepEqual(await usersOf('drop'), [
      [null, null],
      [null, null],
    ]);
    for (const { id } of FORMATS) {
      const text = (await bytesOf(id, source, { users: 'drop' })).toString('latin1');
      assert.ok(!text.includes('ann') && !text.includes('bob'), id);
    }
  });

  it('hold no token, wherever it slipped in', async () => {
    const token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
    const record = written({
      prompt: `Use ${token}`,
      request: { context_json: { system: token }, niche_terms: [token] },
      response: { output_json: { niche: token, [token]: 1 } },
    });
    const worse = written({ prompt: `Use ${token}`, request: { context_json: { system: token } } });
    const source = new MemorySource([
      stored(record, [sampleRating(record, 'positive', { notes: token })]),
      rated('negative', worse),
    ]);
    for (const { id } of FORMATS) {
      const bytes = await bytesOf(id, source);
      assert.ok(bytes.length > 100, id);
      assert.ok(!bytes.toString('latin1').includes(token.slice(0, 20)), id);
    }
  });

  describe('CSV', () => {
    it('is the view, one row a request, and no cell of text begins like a formula', async () => {
      const attacks = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', "'=1", '＝1', '\n=1'];
      const records = attacks.map((prompt) => written({ prompt }));
      const notes = sampleRating(records[0]!, 'positive', { notes: '=HYPERLINK("http://x")' });
      const source = new MemorySource(records.map((one, at) => stored(one, at === 0 ? [notes] : [])));
      const text = (await bytesOf('csv', source)).toString();
      const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
        header: true,
        skipEmptyLines: true,
      });
      assert.deepEqual(errors, []);
      assert.equal(meta.fields!.length, 19);
      assert.deepEqual(
        data.map((row) => unescapeFormula(row['prompt']!)),
        attacks,
      );
      for (const row of data) {
        for (const [column, cell] of Object.entries(row)) {
          assert.doesNotMatch(cell, /^[\s\u0000-\u001f]*[=+\-@＝＋－＠]/u, column);
        }
        assert.deepEqual(JSON.parse(row['niche_terms']!), ['candles']);
        assert.equal(row['success'], 'true');
      }
      assert.equal(data[0]!['feedback_notes'], '\'=HYPERLINK("http://x")');
      assert.equal(data[1]!['feedback'], '');
    });

    it('gives every text back as it was', () => {
      fc.assert(
        fc.property(
          fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^['=+\-@\t\r\n ]{0,4}\w*$/)),
          (text) => {
            assert.equal(unescapeFormula(escapeFormula(text)), text);
          },
        ),
      );
    });

    it('is read by DuckDB as it was meant', async () => {
      const record = written({ prompt: 'a "quoted"\nline, and more; ü' });
      const bytes = await bytesOf('csv', new MemorySource([stored(record)]));
      const [row] = await withTemporary(async (folder) => {
        const file = join(folder, 'rows.csv');
        await writeFile(file, bytes);
        const instance = await DuckDBInstance.create();
        const connection = await instance.connect();
        const reader = await connection.runAndReadAll(`SELECT * FROM read_csv('${file}', header = true)`);
        const rows = reader.getRowObjectsJson();
        connection.closeSync();
        instance.closeSync();
        return rows;
      });
      assert.equal(row!['prompt'], record.request!.prompt);
      assert.equal(row!['success'], true);
    });
  });

  describe('Parquet', () => {
    it('is read by DuckDB: types, nested messages, nulls', async () => {
      const record = written({
        user: 'ann',
        response: { tokens_in: null, cost_nano_usd: 9_007_199_254_740_991 },
      });
      const bytes = await bytesOf(
        'parquet',
        new MemorySource([rated('positive', record), stored(written())]),
      );
      const columns = await queryParquet(bytes, (file) => `DESCRIBE SELECT * FROM ${file}`);
      const types: Record<string, unknown> = Object.fromEntries(
        columns.map((row) => [String(row['column_name']), row['column_type']]),
      );
      assert.equal(types['messages'], 'STRUCT("role" VARCHAR, "content" VARCHAR)[]');
      assert.equal(types['niche_terms'], 'VARCHAR[]');
      assert.equal(types['output_json'], 'JSON');
      assert.equal(types['requested_at'], 'TIMESTAMP WITH TIME ZONE');
      assert.equal(types['cost_nano_usd'], 'BIGINT');
      const [row, other] = await queryParquet(bytes, (file) => `SELECT * FROM ${file}`);
      assert.deepEqual(row!['messages'], [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: record.request!.prompt },
        { role: 'assistant', content: JSON.stringify(record.responses[0]!.output_json) },
      ]);
      assert.equal(row!['feedback'], 'positive');
      assert.equal(row!['tokens_in'], null);
      assert.equal(row!['cost_nano_usd'], '9007199254740991');
      assert.deepEqual(JSON.parse(String(row!['output_json'])), record.responses[0]!.output_json);
      assert.deepEqual([other!['user_id'], other!['feedback']], [null, null]);
    });

    it('has several row groups when it is long, and is sound when it has no row', async () => {
      const records = Array.from({ length: 120 }, (_, at) =>
        stored(written({ prompt: `${at} ${'long '.repeat(16_000)}` })),
      );
      const bytes = await bytesOf('parquet', new MemorySource(records));
      const [groups] = await queryParquet(
        bytes,
        (file) => `SELECT count(DISTINCT row_group_id) AS groups FROM parquet_metadata(${file})`,
      );
      assert.ok(Number(groups!['groups']) >= 2);
      const [sum] = await queryParquet(
        bytes,
        (file) =>
          `SELECT count(*) AS n, sum(length(messages[2].content)) AS characters FROM ${file} WHERE len(messages) = 3`,
      );
      assert.equal(Number(sum!['n']), 120);
      const characters = records.reduce((total, { request }) => total + request.prompt.length, 0);
      assert.equal(Number(sum!['characters']), characters);
      const empty = await bytesOf('parquet', new MemorySource([]));
      const [none] = await queryParquet(empty, (file) => `SELECT count(*) AS n FROM ${file}`);
      assert.equal(Number(none!['n']), 0);
    });
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import Papa from 'papaparse';
import { LexyBrainError } from '../../../src/errors.ts';
import type { LogRecord, StoredGeneration, WorkspaceDatabase } from '../../../src/store/types.ts';
import { exportTraining, TrainingData } from '../../../src/training/export.ts';
import { mergeLogs } from '../../../src/training/merge.ts';
import { partFiles } from '../store/inspect.ts';
import {
  appendInParts,
  openLog,
  sampleGeneration,
  samplePreference,
  sampleRating,
  withFolder,
} from '../store/samples.ts';
import { failed, written } from './samples.ts';

/** A second log beside the first. */
function beside(folder: string, name: string): string {
  const other = join(dirname(folder), name);
  mkdirSync(other, { recursive: true });
  return join(other, '.lexybrain');
}

async function fill(folder: string, records: readonly LogRecord[], sealBytes?: number): Promise<void> {
  const { log } = openLog(folder, sealBytes === undefined ? {} : { sealBytes });
  for (const record of records) await log.append(record);
  await log.close();
}

async function all(log: WorkspaceDatabase): Promise<StoredGeneration[]> {
  const found: StoredGeneration[] = [];
  for await (const one of log.generations()) found.push(one);
  return found.sort((a, b) => (a.request.id < b.request.id ? -1 : 1));
}

const NOTHING = { generations: 0, ratings: 0, preferences: 0, others: 0 };

/** What somebody else's log holds: rated, failed, in two parts, with usage. */
function theirs(): { records: LogRecord[]; generations: number } {
  const made = [...Array.from({ length: 60 }, () => written({ size: 4000, user: 'them' })), failed()];
  const usage = { ...sampleGeneration(), request: null, responses: [], insight: null };
  return {
    records: [
      ...made,
      { ...usage, id: usage.usage!.id },
      sampleRating(made[0]!, 'positive', { user: 'them', notes: 'good' }),
      samplePreference(made[1]!, made[2]!),
    ],
    generations: made.length,
  };
}

describe('merging the logs of others', () => {
  it('a folder: everything once, however often, and what is there stays', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'other');
      const { records, generations } = theirs();
      await fill(other, records, 200 * 1024);
      const own = written();
      const { log } = openLog(folder, { sealBytes: 200 * 1024 });
      await log.append(own);
      const first = await log.merge(other);
      // Each generation's usage comes as a record of its own.
      const added = { generations, ratings: 1, preferences: 1, others: generations + 1 };
      assert.deepEqual(first, { added, known: 0, conflicts: { count: 0, ids: [] }, refused: [] });
      for (const path of [other, dirname(other), folder]) {
        const again = await log.merge(path);
        assert.deepEqual(again.added, NOTHING, path);
        assert.equal(again.conflicts.count, 0);
      }
      const { log: source } = openLog(other);
      const merged = (await all(log)).filter(({ request }) => request.id !== own.id);
      assert.deepEqual(merged, await all(source));
      assert.equal((await log.preferences()).length, 1);
      assert.ok(
        (await log.insight(records[0]!.kind === 'generation' ? records[0]!.insight!.id : '')) !== null,
      );
      await source.close();
      await log.close();
    }));

  it('an exported database; the same id with other content is reported, and the first stays', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'other');
      const [one, two] = [written({ prompt: 'one' }), written({ prompt: 'two' })];
      await fill(other, [one, two]);
      const { log: source } = openLog(other);
      const file = join(dirname(folder), 'export.db');
      await source.exportDatabase(file);
      await source.close();
      const db = new DatabaseSync(file);
      db.exec(`UPDATE lexybrain_requests SET prompt = 'changed' WHERE id = '${two.id}'`);
      db.close();
      const { log } = openLog(folder);
      await log.append({ ...two, usage: null });
      const merged = await log.merge(file);
      assert.equal(merged.added.generations, 1);
      assert.deepEqual(merged.conflicts, { count: 1, ids: [two.id] });
      assert.deepEqual(
        (await all(log)).map(({ request }) => request.prompt),
        ['one', 'two'],
      );
      const again = await log.merge(file);
      assert.deepEqual([again.added, again.conflicts.count], [NOTHING, 1]);
      await log.close();
    }));

  describe('rows of the old view', () => {
    const base = {
      user_id: '6f1c1b7e-0000-4000-8000-00000000000a',
      prompt: 'Which terms, "quoted"?',
      context_json: { market: 'etsy' },
      market: 'etsy',
      model_name: 'meta-llama/Llama-3.1-8B-Instruct',
      output_json: { summary: 'fine' },
      latency_ms: 812,
      success: true,
      tokens_in: 900,
      tokens_out: 210,
      feedback_notes: null,
    };
    const row = (id: number, more: object): object => ({
      request_id: `6f1c1b7e-0000-4000-8000-00000000001${id}`,
      response_id: `6f1c1b7e-0000-4000-8000-00000000002${id}`,
      insight_type: 'radar',
      niche_terms: ['soy candle', 'a, b'],
      requested_at: '2025-11-03T10:00:00.123456+00:00',
      generated_at: '2025-11-03T10:00:01+00:00',
      feedback: null,
      feedback_at: null,
      ...base,
      ...more,
    });
    const rows = [
      row(1, { feedback: 'positive', feedback_notes: '-1 typo', feedback_at: '2025-11-03T11:00:00+00:00' }),
      row(2, { insight_type: 'risk', response_id: null, model_name: null, output_json: null, success: null }),
      // One request with two answers: two rows.
      row(3, { response_id: '6f1c1b7e-0000-4000-8000-000000000031', feedback: 'negative' }),
      row(3, {
        response_id: '6f1c1b7e-0000-4000-8000-000000000032',
        generated_at: '2025-11-03T10:00:09+00:00',
      }),
    ];

    const cells = (values: object, terms: (list: string[]) => string): object =>
      Object.fromEntries(
        Object.entries(values).map(([column, value]: [string, unknown]) => [
          column,
          column === 'niche_terms'
            ? terms(value as string[])
            : typeof value === 'object' && value !== null
              ? JSON.stringify(value)
              : value,
        ]),
      );
    const FILES: Readonly<Record<string, string>> = {
      'rows.json': JSON.stringify(rows),
      'data.json': JSON.stringify({ data: rows }),
      'rows.jsonl': rows.map((one) => JSON.stringify(one)).join('\n'),
      'rows.csv': Papa.unparse(rows.map((one) => cells(one, (list) => JSON.stringify(list)))),
      'postgres.csv': Papa.unparse(rows.map((one) => cells(one, () => '{"soy candle","a, b"}'))),
    };
    for (const [name, text] of Object.entries(FILES)) {
      it(`${name}: requests with their answers and ratings, types by their names of today`, () =>
        withFolder(async (folder) => {
          const file = join(dirname(folder), name);
          writeFileSync(file, text);
          const { log } = openLog(folder);
          const merged = await log.merge(file);
          assert.deepEqual(merged.added, { ...NOTHING, generations: 3, ratings: 2 }, JSON.stringify(merged));
          assert.deepEqual(merged.refused, []);
          const again = await log.merge(file);
          assert.deepEqual([again.added, again.conflicts.count], [NOTHING, 0]);
          const [first, second, third] = await all(log);
          assert.equal(first!.request.insight_type, 'opportunity_radar');
          assert.deepEqual(first!.request.niche_terms, ['soy candle', 'a, b']);
          assert.equal(first!.request.requested_at, '2025-11-03T10:00:00.123Z');
          assert.equal(first!.verdict, 'positive');
          assert.equal(first!.ratings[0]!.notes, '-1 typo');
          assert.deepEqual(first!.answer!.output_json, { summary: 'fine' });
          assert.deepEqual(first!.request.context_json, { market: 'etsy' });
          assert.deepEqual([second!.request.insight_type, second!.answer], ['risk_sentinel', null]);
          assert.deepEqual(
            third!.responses.map(({ attempt, id }) => [attempt, id.slice(-2)]),
            [
              [1, '31'],
              [2, '32'],
            ],
          );
          await log.close();
        }));
    }

    it('our own exports come back: JSON Lines as they were, CSV as the view had them', () =>
      withFolder(async (folder) => {
        const source = openLog(beside(folder, 'other')).log;
        const record = written({ prompt: '=1+1', user: 'ann' });
        await source.append(record);
        await source.append(sampleRating(record, 'negative', { user: 'ann', notes: '+bad' }));
        for (const format of ['jsonl', 'csv']) {
          const file = join(dirname(folder), `export.${format}`);
          await exportTraining(source, file, { format });
          const { log } = openLog(beside(folder, format));
          const { added } = await log.merge(file);
          assert.deepEqual(added, { ...NOTHING, generations: 1, ratings: 1 });
          const [own] = await new TrainingData(log).exportTrainingData('2026-01-01', '2027-01-01');
          const [original] = await new TrainingData(source).exportTrainingData('2026-01-01', '2027-01-01');
          assert.deepEqual(own, original);
          if (format === 'jsonl') assert.deepEqual(await all(log), await all(source));
          await log.close();
        }
        await source.close();
      }));

    it('rows that are none are refused and counted, the others are taken', () =>
      withFolder(async (folder) => {
        const file = join(dirname(folder), 'rows.json');
        const bad = [{ ...rows[0], request_id: '' }, { ...rows[0], requested_at: 'soon' }, null, 5];
        const odd = { ...rows[0], request_id: 'no id, this' };
        const huge = row(4, { prompt: 'x'.repeat(300_000) });
        writeFileSync(file, JSON.stringify([...bad, odd, huge, row(5, {})]));
        const { log } = openLog(folder);
        const merged = await log.merge(file);
        assert.deepEqual(
          merged.added,
          { ...NOTHING, generations: 1, ratings: 1 },
          'the rating of the odd one',
        );
        assert.equal(
          merged.refused.reduce((sum, { count }) => sum + count, 0),
          6,
        );
        assert.match(JSON.stringify(merged.refused), /too large/);
        await log.close();
      }));
  });

  it('writes no token and none of the words that the user keeps secret', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'other');
      const token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
      const record = written({ prompt: `${token} for JANE DOE (id market_brief)` });
      await fill(other, [{ ...record, request: { ...record.request!, list_name: 'Jane Doe.csv' } }]);
      const { log } = openLog(folder, { redact: () => ['Jane Doe', 'market_brief', record.id] });
      await log.merge(other);
      const again = await log.merge(other);
      assert.deepEqual([again.added, again.conflicts.count], [NOTHING, 0], 'compared as it is written');
      const [found] = await all(log);
      assert.equal(found!.request.prompt, '[redacted] for [redacted] (id [redacted])');
      assert.equal(found!.request.list_name, '[redacted].csv');
      assert.deepEqual([found!.request.id, found!.request.insight_type], [record.id, 'market_brief']);
      await log.close();
    }));

  it('a cancelled merge ends, and can be taken up again', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'other');
      const { records } = theirs();
      await fill(other, records);
      const { log } = openLog(folder);
      const cancel = new AbortController();
      const merging = log.merge(other, { signal: cancel.signal, onProgress: () => cancel.abort() });
      await assert.rejects(merging, { name: 'AbortError' });
      await log.merge(other);
      const { log: source } = openLog(other);
      assert.deepEqual(await all(log), await all(source));
      await source.close();
      await log.close();
    }));

  const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n';

  /** Makes a file or folder that means no good; gives its path. */
  const HOSTILE: Readonly<Record<string, { make: (exported: string) => string; says: RegExp }>> = {
    'has an endless view named like a table': {
      make: (file) => edited(file, `DROP TABLE ai_insights; CREATE VIEW ai_insights AS ${ENDLESS}`),
      says: /ai_insights is no plain table/,
    },
    'has a view of requests under the name in capitals': {
      make: (file) =>
        edited(file, `DROP TABLE lexybrain_requests; CREATE VIEW LEXYBRAIN_REQUESTS AS ${ENDLESS}`),
      says: /lexybrain_requests is no plain table/,
    },
    'has a virtual table': {
      make: (file) => edited(file, 'DROP TABLE ai_failures; CREATE VIRTUAL TABLE ai_failures USING fts5(id)'),
      says: /cannot be merged/,
    },
    'has computed columns': {
      make: (file) =>
        edited(file, "ALTER TABLE ai_failures ADD COLUMN more AS (printf('%1000000000d', 1)) VIRTUAL"),
      says: /computed columns/,
    },
    'is in write-ahead mode': {
      make: (file) => edited(file, "PRAGMA journal_mode = WAL; UPDATE ai_usage_events SET type = 'x'"),
      says: /write-ahead mode/,
    },
    'is cut': {
      make: (file) => {
        truncateSync(file, 20_000);
        return file;
      },
      says: /damaged|malformed/,
    },
    'is of 10 GB': {
      make: (file) => {
        truncateSync(file, 10 * 1024 ** 3);
        return file;
      },
      says: /too large/,
    },
    'is a link': {
      make: (file) => {
        symlinkSync(file, `${file}.link.db`);
        return `${file}.link.db`;
      },
      says: /is a link or no file/,
    },
    'is a pipe': {
      make: (file) => {
        execFileSync('mkfifo', [`${file}.pipe.json`]);
        return `${file}.pipe.json`;
      },
      says: /is a link or no file/,
    },
    'is another database': {
      make: (file) => edited(file, 'DROP TABLE lexybrain_requests; CREATE TABLE other (id)'),
      says: /no table lexybrain_requests/,
    },
    'is no database': { make: (file) => writtenTo(file, 'nothing of ours'), says: /no SQLite database/ },
    'is empty': { make: (file) => writtenTo(file, ''), says: /is empty/ },
    'is other JSON': { make: (file) => writtenTo(`${file}.json`, '{"a": [1]}'), says: /holds no rows/ },
    'is other CSV': { make: (file) => writtenTo(`${file}.csv`, 'a,b\n1,2'), says: /holds no rows/ },
    'is not there': { make: (file) => `${file}.gone`, says: /there is no/ },
    'is a folder without a log': { make: (file) => dirname(file), says: /no \.lexybrain folder/ },
  };

  function edited(file: string, sql: string): string {
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    return file;
  }

  function writtenTo(file: string, text: string): string {
    writeFileSync(file, text);
    return file;
  }

  it('sources that mean no good are refused in words, and the others are taken', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'other');
      await fill(other, [written()]);
      const { log: source } = openLog(other);
      const exported = join(dirname(folder), 'export.db');
      await source.exportDatabase(exported);
      await source.close();
      const paths = Object.values(HOSTILE).map(({ make }, at) => {
        const place = join(dirname(folder), `hostile-${at}`);
        mkdirSync(place);
        copyFileSync(exported, join(place, 'export.db'));
        return make(join(place, 'export.db'));
      });
      const { log } = openLog(folder);
      const { sources, total } = await mergeLogs(log, [...paths, other]);
      for (const [at, [name, { says }]] of Object.entries(HOSTILE).entries()) {
        const bad = sources[at]!;
        assert.ok('error' in bad, `${name}: ${JSON.stringify(bad)}`);
        assert.ok(LexyBrainError.is(bad.error, 'store'), name);
        assert.match(bad.error.message, says, name);
      }
      assert.equal(total.added.generations, 1);
      await log.close();
    })).timeout(60_000);

  it('JSON that is nested without end is refused, by itself, and nowhere written', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const file = join(dirname(folder), 'deep.jsonl');
      const line = (context: string): string => {
        const { request, responses } = written({ request: { context_json: 'HERE' } });
        return JSON.stringify({ request, responses, ratings: [] }).replace('"HERE"', context);
      };
      const deep = [250, 6_000, 100_000].map((depth) => line('['.repeat(depth) + ']'.repeat(depth)));
      writeFileSync(file, [...deep, line('{"a":[{"b":[]}]}')].join('\n'));
      const merged = await log.merge(file);
      assert.deepEqual(merged.added, { ...NOTHING, generations: 1 });
      assert.equal(merged.refused.length, 1);
      assert.match(merged.refused[0]!.reason, /nested too deeply/);
      assert.equal(merged.refused[0]!.count, 3);
      let endless: unknown = 1;
      for (let depth = 0; depth < 10_000; depth++) endless = [endless];
      await assert.rejects(log.append(written({ response: { output_json: endless } })), (error) =>
        LexyBrainError.is(error, 'store'),
      );
      assert.equal((await all(log)).length, 1);
      await log.close();
    }));

  it('usage of many parts comes once, however often', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'much');
      const { log: source } = openLog(other, { sealBytes: 100 * 1024 });
      await appendInParts(
        source,
        Array.from({ length: 60 }, () => written({ size: 4000 })),
      );
      await source.close();
      assert.ok(partFiles(other).length > 3);
      const { log } = openLog(folder, { sealBytes: 100 * 1024 });
      assert.deepEqual((await log.merge(other)).added, { ...NOTHING, generations: 60, others: 60 });
      await log.history({ limit: 1 });
      const again = await log.merge(other);
      assert.deepEqual([again.added, again.known, again.conflicts.count], [NOTHING, 120, 0]);
      assert.equal((await log.usage()).requests, 60);
      await log.close();
    }));

  it('a source that takes for ever is left when its time is up', () =>
    withFolder(async (folder) => {
      const file = join(dirname(folder), 'slow.db');
      // A check that counts for ages, run by whoever looks whether the file is sound.
      edited(
        file,
        `CREATE TABLE lexybrain_requests (id TEXT CHECK (length(replace(hex(zeroblob(100000000)), '0', 'aa')) > 1));
        PRAGMA ignore_check_constraints = ON;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)
        INSERT INTO lexybrain_requests SELECT i FROM n`,
      );
      const { log } = openLog(folder, { timings: { callMs: 1500 } });
      await assert.rejects(log.merge(file), /cannot be merged: it takes too long to read/);
      await log.append(written());
      assert.equal((await all(log)).length, 1, 'the log goes on');
      await log.close();
    }));

  it('triggers of a source never run, and rows without our form are refused', () =>
    withFolder(async (folder) => {
      const other = beside(folder, 'other');
      const [one, two] = [written(), written()];
      await fill(other, [one, two, sampleRating(one, 'positive')]);
      const { log: source } = openLog(other);
      const file = join(dirname(folder), 'export.db');
      await source.exportDatabase(file);
      await source.close();
      edited(
        file,
        `UPDATE lexybrain_requests SET niche_terms = '{' WHERE id = '${one.id}';
        UPDATE lexybrain_feedback SET id = '../../etc' ;
        CREATE TRIGGER t AFTER INSERT ON lexybrain_requests BEGIN DELETE FROM lexybrain_requests; END;
        CREATE VIEW more AS ${ENDLESS}`,
      );
      const { log } = openLog(folder);
      const merged = await log.merge(file);
      assert.deepEqual(merged.added, { ...NOTHING, generations: 1, others: 2 });
      assert.equal(
        merged.refused.reduce((sum, { count }) => sum + count, 0),
        2,
      );
      await log.close();
    }));
});

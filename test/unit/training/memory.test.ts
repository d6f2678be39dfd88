import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { linkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { partName } from '../../../src/store/layout.ts';
import { openLog, withFolder } from '../store/samples.ts';
import { withTemporary, written } from './samples.ts';

const CHILD = fileURLToPath(new URL('./export-child.ts', import.meta.url));

/** What the collector may leave lying about, in two threads; half of what is exported. */
const SLACK_MB = 200;
const FEW_PARTS = 10;
const RECORDS = 20_000;
const RECORD_CHARACTERS = 20_000;

interface Run {
  readonly rows: number;
  readonly bytes: number;
  readonly peakMb: number;
}

describe('the memory that an export takes', () => {
  it('does not grow with the log', () =>
    withFolder((folder) =>
      withTemporary(async (out) => {
        const run = async (format: string, ...more: string[]): Promise<Run> => {
          const file = join(out, `${format}.out`);
          const { stdout } = await promisify(execFile)(process.execPath, [
            CHILD,
            folder,
            format,
            file,
            ...more,
          ]);
          return JSON.parse(stdout) as Run;
        };
        const inOnePart = await sealOnePart(folder);
        const formats = ['jsonl', 'csv', 'parquet'];
        linkParts(folder, FEW_PARTS);
        const small = new Map<string, Run>();
        for (const format of formats) small.set(format, await run(format));
        linkParts(folder, Math.ceil(RECORDS / inOnePart));
        const grown = (before: Run, after: Run): number => after.peakMb - before.peakMb;
        for (const format of formats) {
          const [before, after] = [small.get(format)!, await run(format)];
          assert.ok(after.rows > 0.9 * RECORDS, `${format}: ${after.rows} rows`);
          const grew = grown(before, after);
          assert.ok(grew < SLACK_MB, `${format}: ${grew} MB more for ${after.rows} rows`);
        }
        // Were everything held, the test would notice.
        const held = await run('jsonl', 'hold');
        assert.ok(held.bytes > 1.5 * SLACK_MB * 1024 * 1024);
        assert.ok(grown(small.get('jsonl')!, held) > SLACK_MB);
      }),
    )).timeout(300_000);
});

/** The first part again and again: to whoever reads them, the parts of a long log. */
function linkParts(folder: string, count: number): void {
  const archive = join(folder, 'archive');
  for (let number = readdirSync(archive).length + 1; number <= count; number++)
    linkSync(join(archive, partName(1)), join(archive, partName(number)));
}

/** Fills a log until its first part is sealed; how many records that part has, about. */
async function sealOnePart(folder: string): Promise<number> {
  const { log } = openLog(folder);
  let records = 0;
  do {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        records += 1;
        await log.append(
          written({ prompt: `${records} ${'what sells and why '.repeat(RECORD_CHARACTERS / 19)}` }),
        );
      }),
    );
    await log.history({ limit: 1 });
  } while (!readdirSync(folder).includes('archive'));
  await log.close();
  return records;
}

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { encodeEntry, type ReserveEntry } from '../../../src/generation/ledger-entry.ts';
import { LedgerFile } from '../../../src/generation/ledger-file.ts';
import { Ledger } from '../../../src/generation/ledger.ts';
import { LedgerDisk } from '../../fakes/ledger-fs.ts';
import { retell } from '../../fakes/ledger-oracle.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const PATH = join('/ledger', '2026-11.jsonl');

const reservation = (nano: number, more: Partial<ReserveEntry> = {}): ReserveEntry => ({
  entry: 'reserve',
  id: randomUUID(),
  day: '2026-11-23',
  at: NOON,
  nano,
  cap: null,
  ...more,
});

describe('the ledger file', () => {
  it('reads only what is new', async () => {
    const disk = new LedgerDisk();
    for (let i = 0; i < 2_000; i++) disk.append(PATH, encodeEntry(reservation(1)));
    const file = new LedgerFile('/ledger', '2026-11', disk.mount());
    assert.equal((await file.totals()).openNano, 2_000);
    const first = disk.bytesRead;
    assert.ok(first >= disk.text.length);
    await file.reserve(reservation(1));
    assert.ok(disk.bytesRead - first < 1_000);
    assert.equal((await file.totals()).openNano, 2_001);
  });

  it('waits for the rest of a line that another process is writing', async () => {
    const disk = new LedgerDisk();
    const file = new LedgerFile('/ledger', '2026-11', disk.mount());
    const bytes = encodeEntry(reservation(7));
    disk.append(PATH, bytes.subarray(0, 40));
    assert.equal((await file.totals()).openNano, 0);
    disk.append(PATH, bytes.subarray(40));
    assert.equal((await file.totals()).openNano, 7);
    assert.equal(file.ignoredLines, 0);
  });

  it('skips and counts lines that nobody can have written, also very long ones', async () => {
    const disk = new LedgerDisk();
    const file = new LedgerFile('/ledger', '2026-11', disk.mount());
    const id = randomUUID();
    const hostile = [
      'x'.repeat(200_000),
      JSON.stringify({ ...reservation(5), padding: 'x'.repeat(600) }),
      JSON.stringify(reservation(5, { day: '2026-12-01' })),
      JSON.stringify(reservation(5, { day: '2026-11-31' })),
      JSON.stringify(reservation(-5)),
      JSON.stringify(reservation(0.5)),
      JSON.stringify(reservation(5, { id: 'x' })),
      JSON.stringify(reservation(5, { key: '__proto__' })),
      JSON.stringify({ entry: 'settle', id: randomUUID(), nano: 5 }),
      JSON.stringify({ entry: 'burn', id, nano: 5 }),
      '[]',
      'null',
      '{"entry":"reserve"',
      '\0\0\0\0',
    ];
    for (const line of hostile) {
      disk.append(PATH, Buffer.from(`${line}\n`));
      assert.equal((await file.totals()).openNano, 0);
    }
    assert.equal(file.ignoredLines, hostile.length);
    disk.append(PATH, encodeEntry(reservation(3, { id })));
    disk.append(PATH, encodeEntry(reservation(4, { id })));
    assert.equal((await file.totals()).openNano, 3);
    assert.equal(file.ignoredLines, hostile.length + 1);
  });

  it('does not take the end of a line that is too long for a line', async () => {
    const disk = new LedgerDisk();
    const file = new LedgerFile('/ledger', '2026-11', disk.mount());
    disk.append(PATH, Buffer.from('x'.repeat(1_000)));
    assert.equal((await file.totals()).openNano, 0);
    disk.append(PATH, encodeEntry(reservation(5)).subarray(1));
    assert.equal((await file.totals()).openNano, 0);
    assert.equal(file.ignoredLines, 1);
    disk.append(PATH, encodeEntry(reservation(5)));
    assert.equal((await file.totals()).openNano, 5);
  });

  it('finds every entry among any rubbish, however the reading is cut up', async () => {
    const rubbish = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ minLength: 400, maxLength: 1_400 }),
      fc.constant(new Uint8Array(70_000).fill(120)),
      fc.nat(200).map((cut) => encodeEntry(reservation(1_000)).subarray(0, cut).slice(0, -2)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ before: rubbish, nano: fc.nat(100), look: fc.boolean() }), { maxLength: 20 }),
        async (steps) => {
          const disk = new LedgerDisk();
          const file = new LedgerFile('/ledger', '2026-11', disk.mount());
          let expected = 0;
          for (const { before, nano, look } of steps) {
            disk.append(PATH, before);
            if (look) assert.equal((await file.totals()).openNano, expected);
            const { verdict, totals } = await file.reserve(reservation(nano));
            assert.deepEqual(verdict, { granted: true });
            expected += nano;
            assert.equal(totals.openNano, expected);
          }
          assert.equal(
            (await new LedgerFile('/ledger', '2026-11', disk.mount()).totals()).openNano,
            expected,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is readable by the user alone', async function () {
    const dataFolder = await mkdtemp(join(tmpdir(), 'lexybrain-ledger-'));
    try {
      const ledger = new Ledger({ dataFolder: join(dataFolder, 'not', 'there'), now: () => NOON });
      await (await ledger.reserve({ amountNano: 5, capNano: 10 })).settle(3);
      const path = join(dataFolder, 'not', 'there', 'ledger', '2026-11.jsonl');
      assert.equal(retell(await readFile(path, 'utf8')).at(-1)?.used, 3);
      if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600);
    } finally {
      await rm(dataFolder, { recursive: true });
    }
  });
});

/** One request of a process: what it reserves, what it then costs (share of it in percent), or that it is left open. */
const requestArbitrary = fc.record({
  nano: fc.integer({ min: 1, max: 60 }),
  outcome: fc.oneof(fc.nat(100), fc.constantFrom('left' as const, 'released' as const)),
});
const processArbitrary = fc.record({
  requests: fc.array(requestArbitrary, { minLength: 1, maxLength: 6 }),
  /** The write in which the process dies, and how many of its bytes arrive. */
  dies: fc.option(fc.record({ write: fc.nat(8), bytes: fc.nat(220) })),
});

describe('processes on one ledger', () => {
  it('never pass the cap and are never refused room that is there, in any order of their steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 150 }),
        fc.array(processArbitrary, { minLength: 2, maxLength: 4 }),
        async (scheduler, cap, processes) => {
          const disk = new LedgerDisk();
          let checked = 0;
          const runs = processes.map(async ({ requests, dies }) => {
            let writes = 0;
            let dead = false;
            const fs = disk.mount({
              before: async (operation) => {
                await scheduler.schedule(Promise.resolve(), operation);
                if (dead) throw new Error('died');
              },
              write: (bytes) => {
                dead = dies?.write === writes++;
                return dead ? Math.min(dies?.bytes ?? 0, bytes.length) : bytes.length;
              },
            });
            const ledger = new Ledger({ dataFolder: '/data', now: () => NOON, fs });
            // All at once, as a panel, a bridge and a comparison in one window do.
            const asked = requests.map(async ({ nano, outcome }) => {
              const from = disk.text.length;
              try {
                const granted = await ledger.reserve({ amountNano: nano, capNano: cap });
                const line = retell(disk.text).find(
                  ({ id, entry }) => entry === 'reserve' && id === granted.id,
                );
                assert.equal(line?.granted, true);
                if (outcome === 'released') await granted.release();
                else if (outcome !== 'left') await granted.settle(Math.floor((nano * outcome) / 100));
              } catch (error) {
                if (dead && LexyBrainError.is(error, 'ledger')) return;
                assert.ok(LexyBrainError.is(error, 'cost-cap'), String(error));
                // At some moment between question and answer there was no room.
                const steps = retell(disk.text);
                const start = steps.filter(({ end }) => end <= from).at(-1)?.used ?? 0;
                const during = steps.filter(({ end }) => end > from).map(({ used }) => used);
                assert.ok(
                  Math.max(start, ...during) + nano > cap,
                  `refused ${String(nano)} though there was room`,
                );
              }
              checked++;
            });
            await Promise.all(asked);
          });
          await scheduler.waitFor(Promise.all(runs));
          for (const { used } of retell(disk.text)) assert.ok(used <= cap);
          const { settledNano, openNano } = await new Ledger({
            dataFolder: '/data',
            now: () => NOON,
            fs: disk.mount(),
          }).usage();
          // A line that was cut off counts from the moment another ends it; none is pending here unless a process died.
          assert.equal(settledNano + openNano, retell(disk.text).at(-1)?.used ?? 0);
          assert.ok(checked > 0 || processes.some(({ dies }) => dies !== null));
        },
      ),
      { numRuns: 150 },
    );
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { Ledger, type ReserveRequest } from '../../../src/generation/ledger.ts';
import { LedgerDisk, type LedgerFsFaults } from '../../fakes/ledger-fs.ts';

const USD = 1_000_000_000;
const NOON = Date.parse('2026-11-23T12:00:00Z');

interface Price {
  readonly input: number;
  readonly output: number;
}

describe('Ledger', () => {
  let disk: LedgerDisk;
  let now: number;

  beforeEach(() => {
    disk = new LedgerDisk();
    now = NOON;
  });

  const open = (faults?: LedgerFsFaults) =>
    new Ledger({ dataFolder: '/data', now: () => now, fs: disk.mount(faults) });
  const ask = (amountNano: number, capNano: number | null = 5 * USD, more: Partial<ReserveRequest> = {}) => ({
    amountNano,
    capNano,
    ...more,
  });
  const refusedFor = (reason: 'cost-cap' | 'quota' | 'ledger', words: RegExp) => (error: unknown) => {
    assert.ok(LexyBrainError.is(error, reason), String(error));
    assert.match(error.toUserText(), words);
    return true;
  };

  describe('the daily cap', () => {
    it('grants up to the cap to the last nano-dollar, and no further', async () => {
      const ledger = open();
      await ledger.reserve(ask(3 * USD));
      await ledger.reserve(ask(2 * USD));
      await assert.rejects(
        ledger.reserve(ask(1)),
        refusedFor('cost-cap', /\$5\.00.*\$5\.00 is spent or reserved.*\$0\.000000001.*Raise the cap/s),
      );
      assert.equal((await ledger.usage()).openNano, 5 * USD);
    });

    it('leaves no line behind when there is no room', async () => {
      const ledger = open();
      await ledger.reserve(ask(5 * USD));
      const before = disk.text;
      await assert.rejects(ledger.reserve(ask(1)));
      assert.equal(disk.text, before);
    });

    it('gives the room back that a settlement leaves, once', async () => {
      const ledger = open();
      const reservation = await ledger.reserve(ask(5 * USD));
      const status = await reservation.settle(USD);
      assert.deepEqual(status, {
        day: '2026-11-23',
        settledNano: USD,
        openNano: 0,
        usedNano: USD,
        capNano: 5 * USD,
        warnAtNano: 4 * USD,
        nearCap: false,
      });
      await reservation.settle(0);
      await reservation.release();
      assert.equal((await ledger.usage()).settledNano, USD);
      await ledger.reserve(ask(4 * USD));
      await assert.rejects(ledger.reserve(ask(1)), refusedFor('cost-cap', /./));
    });

    it('books what was spent when it is more than was reserved', async () => {
      const ledger = open();
      const reservation = await ledger.reserve(ask(4 * USD));
      assert.equal((await reservation.settle(6 * USD))?.usedNano, 6 * USD);
      await assert.rejects(ledger.reserve(ask(1)), refusedFor('cost-cap', /\$6\.00 is spent/));
    });

    it('warns from 80 % of the cap on, what is under way included', async () => {
      const ledger = open();
      assert.equal((await ledger.reserve(ask(4 * USD - 1))).status?.nearCap, false);
      assert.equal((await ledger.reserve(ask(1))).status?.nearCap, true);
    });

    it('never stops what costs nothing', async () => {
      const ledger = open();
      await ledger.reserve(ask(5 * USD));
      assert.equal((await ledger.reserve(ask(0))).recorded, true);
      assert.equal((await ledger.reserve(ask(0, 0))).recorded, true);
    });

    it('stops everything priced at a cap of 0, and nothing without a cap', async () => {
      const ledger = open();
      await assert.rejects(ledger.reserve(ask(1, 0)), refusedFor('cost-cap', /\$0\.00/));
      await ledger.reserve(ask(1_000 * USD, null));
      const reservation = await ledger.reserve(ask(1_000 * USD, null));
      assert.equal(reservation.status?.usedNano, 2_000 * USD);
      assert.equal(reservation.status.warnAtNano, null);
      assert.equal(reservation.status.nearCap, false);
    });

    it('holds for every process that reads the same file', async () => {
      const [editor, terminal] = [open(), open()];
      await editor.reserve(ask(3 * USD));
      const theirs = await terminal.reserve(ask(2 * USD));
      await assert.rejects(editor.reserve(ask(1)), refusedFor('cost-cap', /./));
      await theirs.release();
      await editor.reserve(ask(2 * USD));
    });

    it('counts what a dead process had reserved until its UTC day ends', async () => {
      await open().reserve(ask(5 * USD));
      const survivor = open();
      now = Date.parse('2026-11-23T23:59:59.999Z');
      await assert.rejects(survivor.reserve(ask(1)), refusedFor('cost-cap', /./));
      now += 1;
      await survivor.reserve(ask(5 * USD));
    });

    it('stays exact however much is booked', async () => {
      const ledger = open();
      await ledger.reserve(ask(Number.MAX_SAFE_INTEGER - 1, null));
      await assert.rejects(ledger.reserve(ask(2, null)), refusedFor('cost-cap', /./));
      const last = await ledger.reserve(ask(1, null));
      assert.equal(last.status?.usedNano, Number.MAX_SAFE_INTEGER);
    });
  });

  describe('a corrected price', () => {
    const cost = ([read, wrote]: readonly [number, number], { input, output }: Price): number =>
      Math.ceil((read * input + wrote * output) * 1000);
    const price = fc.record({ input: fc.nat(50), output: fc.nat(50) });
    const tokens = fc.tuple(fc.nat(10_000), fc.nat(2_000));
    const booking = fc.record({
      /** The last is one that no price is set for. */
      model: fc.constantFrom('openai/a', 'openai/b:fastest', 'openai/c'),
      most: tokens,
      used: tokens,
      end: fc.constantFrom('settle', 'release', 'leave'),
    });

    it('makes the day what it would have been, whatever was settled, released or left open', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(booking, { maxLength: 20 }),
          price,
          price,
          price,
          async (bookings, wrong, a, b) => {
            disk = new LedgerDisk();
            let prices: Record<string, Price> = {};
            const make = () =>
              new Ledger({ dataFolder: '/data', now: () => now, fs: disk.mount(), prices: () => prices });
            const ledger = make();
            let expected = 0;
            for (const { model, most, used, end } of bookings) {
              const right = model === 'openai/a' ? a : model === 'openai/b:fastest' ? b : wrong;
              const reservation = await ledger.reserve(
                ask(cost(most, wrong), null, { priced: true, model, tokens: most }),
              );
              if (end === 'settle') await reservation.settle(cost(used, wrong), used);
              if (end === 'release') await reservation.release();
              expected += end === 'release' ? 0 : cost(end === 'settle' ? used : most, right);
            }
            prices = { 'openai/a': a, 'openai/b': b };
            for (const each of [ledger, make(), ledger]) {
              const { settledNano, openNano, ignoredLines } = await each.usage();
              assert.deepEqual([settledNano + openNano, ignoredLines], [expected, 0]);
            }
            // Once corrected there is nothing left to write.
            const before = disk.text;
            await make().usage();
            assert.equal(disk.text, before);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('is no reason to fail where it cannot be written down', async () => {
      const reservation = await open().reserve(ask(USD, null, { model: 'openai/a', tokens: [1000, 0] }));
      await reservation.settle(USD, [1000, 0]);
      const prices = () => ({ 'openai/a': { input: 1, output: 1 } });
      const failing = new Ledger({
        dataFolder: '/data',
        now: () => now,
        fs: disk.mount({ write: () => 0 }),
        prices,
      });
      assert.equal((await failing.usage()).settledNano, USD);
      await assert.rejects(failing.reserve(ask(1, null)), refusedFor('ledger', /cannot be written/));
    });
  });

  describe('days and months', () => {
    it('settles in the month of the reservation', async () => {
      const ledger = open();
      now = Date.parse('2026-10-31T23:59:59.999Z');
      const reservation = await ledger.reserve(
        ask(3 * USD, 5 * USD, { quota: { key: 'ai_calls', limit: -1 } }),
      );
      now = Date.parse('2026-11-01T00:00:30Z');
      await reservation.settle(2 * USD);
      assert.deepEqual([...disk.files.keys()], [join('/data', 'ledger', '2026-10.jsonl')]);
      const october = { settledNano: 2 * USD, openNano: 0, counts: { ai_calls: 1 }, ignoredLines: 0 };
      assert.deepEqual(await ledger.usage('2026-10-31'), { period: '2026-10-31', ...october });
      assert.deepEqual(await open().usage('2026-10'), { period: '2026-10', ...october });
      assert.equal((await ledger.usage()).period, '2026-11-01');
      assert.equal((await ledger.usage()).settledNano, 0);
      await ledger.reserve(ask(5 * USD));
    });

    it('sums a month over its days, and tells the days apart', async () => {
      const ledger = open();
      for (const day of ['2026-11-01', '2026-11-02', '2026-11-02']) {
        now = Date.parse(`${day}T08:00:00Z`);
        await (await ledger.reserve(ask(USD, null, { quota: { key: 'ai_brief', limit: -1 } }))).settle(7);
      }
      assert.equal((await ledger.usage('2026-11')).settledNano, 21);
      assert.deepEqual((await ledger.usage('2026-11')).counts, { ai_brief: 3 });
      assert.equal((await ledger.usage('2026-11-02')).settledNano, 14);
      assert.deepEqual((await ledger.usage('2026-11-01')).counts, { ai_brief: 1 });
    });

    it('has used nothing before the first entry, and makes no file for the question', async () => {
      assert.deepEqual(await open().usage(), {
        period: '2026-11-23',
        settledNano: 0,
        openNano: 0,
        counts: {},
        ignoredLines: 0,
      });
      assert.equal(disk.files.size, 0);
      await assert.rejects(open().usage('../../etc'), RangeError);
    });

    it('begins anew when the file was deleted', async () => {
      const ledger = open();
      await ledger.reserve(ask(5 * USD));
      disk.files.clear();
      assert.equal((await ledger.usage()).openNano, 0);
      await ledger.reserve(ask(5 * USD));
      disk.files.clear();
      await ledger.reserve(ask(4 * USD));
      assert.equal((await ledger.usage()).openNano, 4 * USD);
    });
  });

  it('says of a refusal when there is room again, where there will be', async () => {
    now = Date.parse('2026-12-30T18:00:00Z');
    const hour = 3_600_000;
    const wait = async (request: ReserveRequest): Promise<number | undefined> => {
      const error: unknown = await open()
        .reserve(request)
        .catch((thrown: unknown) => thrown);
      assert.ok(LexyBrainError.is(error, 'cost-cap', 'quota'), String(error));
      return error.retryAfterMs;
    };
    const often = { perMinute: 1 };
    await open().reserve(ask(5 * USD, 5 * USD, { quota: { key: 'ai_brief', limit: 1 } }));
    now += 1000;
    assert.equal(await wait(ask(0, null, often)), 59_000);
    now -= 1000;
    assert.equal(await wait(ask(1)), 6 * hour, 'the day ends');
    assert.equal(await wait(ask(6 * USD)), undefined, 'a day’s cap is never enough');
    assert.equal(
      await wait(ask(0, null, { quota: { key: 'ai_brief', limit: 1 } })),
      30 * hour,
      'the month ends',
    );
    assert.equal(await wait(ask(0, null, { quota: { key: 'ai_calls', limit: 0 } })), undefined);
  });

  describe('quotas', () => {
    const brief = (limit: number) => ask(0, null, { quota: { key: 'ai_brief', limit } });

    it('allows so many a month and key, whatever they cost', async () => {
      const ledger = open();
      await ledger.reserve(brief(2));
      await ledger.reserve(ask(0, null, { quota: { key: 'ai_calls', limit: 1 } }));
      now += 2 * 24 * 3_600_000;
      await ledger.reserve(brief(2));
      await assert.rejects(
        ledger.reserve(brief(2)),
        refusedFor('quota', /2 of 2.*ai_brief.*Raise the quota/s),
      );
      now = Date.parse('2026-12-01T00:00:00Z');
      await ledger.reserve(brief(2));
    });

    it('takes -1 as without limit and still counts, and 0 as none', async () => {
      const ledger = open();
      await ledger.reserve(brief(-1));
      await ledger.reserve(brief(-1));
      assert.deepEqual((await ledger.usage('2026-11')).counts, { ai_brief: 2 });
      await assert.rejects(open().reserve(brief(0)), refusedFor('quota', /./));
    });

    it('counts a request that failed, but not one that never reached a model', async () => {
      const ledger = open();
      await (await ledger.reserve(brief(2))).settle(0);
      await (await ledger.reserve(brief(2))).release();
      await ledger.reserve(brief(2));
      await assert.rejects(ledger.reserve(brief(2)), refusedFor('quota', /2 of 2/));
    });

    it('takes no money when the quota is used up, and no quota when the money is', async () => {
      const ledger = open();
      const both = (amount: number) => ask(amount, USD, { quota: { key: 'ai_brief', limit: 1 } });
      await assert.rejects(ledger.reserve(both(2 * USD)), refusedFor('cost-cap', /./));
      await ledger.reserve(both(1));
      await assert.rejects(ledger.reserve(both(1)), refusedFor('quota', /./));
      const { openNano, counts } = await ledger.usage('2026-11');
      assert.deepEqual({ openNano, counts }, { openNano: 1, counts: { ai_brief: 1 } });
    });

    it('is not confused by keys that objects have anyway', async () => {
      const ledger = open();
      await ledger.reserve(ask(0, null, { quota: { key: 'constructor', limit: 1 } }));
      assert.deepEqual((await ledger.usage('2026-11')).counts, { constructor: 1 });
    });
  });

  describe('requests per minute', () => {
    it('allows so many within any 60 seconds and says how long to wait', async () => {
      const ledger = open();
      const request = ask(0, null, { perMinute: 2 });
      await ledger.reserve(request);
      now += 20_000;
      await ledger.reserve(request);
      now += 10_000;
      await assert.rejects(ledger.reserve(request), refusedFor('quota', /2 of 2.*in 30 seconds/s));
      now += 30_000;
      await ledger.reserve(request);
      await assert.rejects(ledger.reserve(request), refusedFor('quota', /in 20 seconds/));
    });

    it('does not block for long after a clock that was ahead was set back', async () => {
      const ledger = open();
      now += 3_600_000;
      await ledger.reserve(ask(0, null, { perMinute: 1 }));
      now -= 3_600_000;
      await ledger.reserve(ask(0, null, { perMinute: 1 }));
    });
  });

  describe('when the file fails', () => {
    const failing: readonly [string, LedgerFsFaults][] = [
      ['cannot be opened', { before: () => Promise.reject(new Error('EACCES: permission denied')) }],
      [
        'takes no write',
        {
          write: () => {
            throw new Error('ENOSPC: no space left on device');
          },
        },
      ],
      ['takes half a write', { write: (bytes) => bytes.length >> 1 }],
    ];
    for (const [what, faults] of failing) {
      it(`refuses what is priced and lets go on what is free: it ${what}`, async () => {
        const ledger = open(faults);
        await assert.rejects(ledger.reserve(ask(1)), refusedFor('ledger', /cannot be written.*built-in/s));
        await assert.rejects(ledger.reserve(ask(1, null)), refusedFor('ledger', /./));
        await assert.rejects(ledger.reserve(ask(0, null, { priced: true })), refusedFor('ledger', /./));
        const free = await ledger.reserve(
          ask(0, USD, { quota: { key: 'ai_calls', limit: 1 }, perMinute: 1 }),
        );
        assert.deepEqual([free.recorded, free.status, await free.settle(0)], [false, null, null]);
        assert.equal(await free.release(), null);
      });
    }

    it('does not let half a line spoil the next', async () => {
      await assert.rejects(open({ write: (bytes) => bytes.length - 2 }).reserve(ask(5 * USD)));
      const ledger = open();
      await ledger.reserve(ask(USD));
      assert.deepEqual(await ledger.usage(), {
        period: '2026-11-23',
        settledNano: 0,
        openNano: USD,
        counts: {},
        ignoredLines: 1,
      });
    });

    it('keeps the reservation when the settlement cannot be written, and lets it be tried again', async () => {
      let full = false;
      const ledger = open({ write: (bytes) => (full ? 0 : bytes.length) });
      const reservation = await ledger.reserve(ask(5 * USD));
      full = true;
      await assert.rejects(reservation.settle(USD), refusedFor('ledger', /./));
      assert.equal((await ledger.usage()).openNano, 5 * USD);
      full = false;
      assert.equal((await reservation.settle(USD))?.usedNano, USD);
    });

    it('says so when it cannot be read', async () => {
      const ledger = open({ before: () => Promise.reject(new Error('EIO')) });
      await assert.rejects(ledger.usage(), refusedFor('ledger', /cannot be read: EIO/));
    });
  });

  it('takes no amount that is not a whole, safe, non-negative number', async () => {
    const ledger = open();
    for (const wrong of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
      await assert.rejects(ledger.reserve(ask(wrong)), { name: 'ZodError' });
      await assert.rejects(ledger.reserve(ask(0, wrong)), { name: 'ZodError' });
      const reservation = await ledger.reserve(ask(1));
      await assert.rejects(reservation.settle(wrong), { name: 'ZodError' });
      await reservation.release();
    }
    assert.equal((await ledger.usage()).openNano, 0);
  });
});

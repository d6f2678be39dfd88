import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { encodeFrame } from '../../../src/store/frames.ts';
import { nodeJournalFs } from '../../../src/store/journal-fs.ts';
import { nodePartFs } from '../../../src/store/part-fs.ts';
import type { Journal } from '../../../src/store/journal.ts';
import type { GenerationRecord } from '../../../src/store/types.ts';
import { FailingFs, FAILURES, LOOKS, type Failure } from '../../fakes/failing-fs.ts';
import { VolatileDisk } from '../../fakes/volatile-disk.ts';
import { jsonOf, openDatabase, openJournal, recoveredIds } from './inspect.ts';
import { sampleGeneration, withFolder } from './samples.ts';

/** A little more than an empty part, so that a few records fill one. */
const SEAL_BYTES = 180 * 1024;
const RECORD = { size: 4000 };

/** What one process does, on a file system that fails once; and another process beside it, on a sound one. */
interface Story {
  readonly append: (...records: readonly GenerationRecord[]) => Promise<void>;
  readonly checkpoint: () => void;
  readonly deleteAll: () => void;
  /** The other process, which takes this one for dead. */
  readonly other: { readonly append: () => Promise<void>; readonly checkpoint: () => void };
}

const STORIES: Record<string, (story: Story) => Promise<void>> = {
  'appends, checkpoints and seals': async ({ append, checkpoint }) => {
    await append(small());
    checkpoint();
    await append(...many(18));
    checkpoint();
    await append(small(), small());
    checkpoint();
  },
  'is taken for dead meanwhile': async ({ append, checkpoint, other }) => {
    await append(...many(18));
    await other.append();
    other.checkpoint();
    await append(...many(3));
    other.checkpoint();
    checkpoint();
    await append(...many(18));
    other.checkpoint();
    await append(small());
    checkpoint();
  },
  'deletes everything': async ({ append, checkpoint, deleteAll, other }) => {
    await append(...many(19));
    checkpoint();
    await append(small());
    await other.append();
    deleteAll();
    await append(small());
    checkpoint();
  },
};

describe('after a failure at any call to the file system', () => {
  for (const [name, tell] of Object.entries(STORIES)) {
    for (const failure of FAILURES) {
      it(`a process that ${name} has lost nothing and doubled nothing (${failure})`, async () => {
        const calls = await play(tell, Infinity, failure);
        assert.ok(calls.length > 40, `the story makes ${calls.length} calls`);
        for (const [at, call] of calls.entries()) {
          const worthwhile =
            failure === 'error' || (failure === 'stop within' ? call === 'write' : !LOOKS.has(call));
          if (worthwhile) await play(tell, at, failure);
        }
      }).timeout(180_000);
    }
  }
});

/** Plays a story with one failure, lets the next process recover, and looks at what is stored. Returns its calls. */
function play(
  tell: (story: Story) => Promise<void>,
  at: number,
  failure: Failure,
): Promise<readonly string[]> {
  return withFolder(async (folder) => {
    const failing = new FailingFs(at, failure);
    const disk = new VolatileDisk(join(folder, '../backups'));
    const [journalFs, partFs] = [disk.journal(nodeJournalFs), disk.parts(nodePartFs)];
    const journal = openJournal(folder, failing.journal(journalFs));
    const { log } = await openDatabase(folder, { fs: failing.parts(partFs), sealBytes: SEAL_BYTES });
    const otherJournal = openJournal(folder, journalFs);
    const { log: otherLog } = await openDatabase(folder, { fs: partFs, sealBytes: SEAL_BYTES });
    const dead = leaveTornSegment(folder);
    const must = new Set([dead]);
    const may = new Set([dead]);
    const append = async (to: Journal, generation: GenerationRecord): Promise<void> => {
      may.add(generation.id);
      await to.append(jsonOf(generation)).then(
        () => must.add(generation.id),
        () => undefined,
      );
    };
    await tell({
      append: async (...records) => {
        await Promise.all(records.map((generation) => append(journal, generation)));
      },
      checkpoint: () => attempt(() => log.checkpoint(true)),
      deleteAll: () => {
        must.clear();
        journal.forgetWaiting();
        // Cut short, it may have happened or not.
        if (attempt(() => log.deleteAll())) may.clear();
      },
      other: {
        append: () => append(otherJournal, sampleGeneration(RECORD)),
        checkpoint: () => otherLog.checkpoint(true),
      },
    });
    const waiting = journal.backlog.records;
    const closed = await journal.close().then(
      () => true,
      () => false,
    );
    // One call failed, so what waited for the disk is written by now, unless the process has stopped.
    assert.equal(closed, !failing.stopped || waiting === 0, 'what waited is written');
    log.close();
    await otherJournal.close();
    otherLog.close();
    if (failure === 'power') disk.cutPower();
    const stored = await recoveredIds(folder, { sealBytes: SEAL_BYTES });
    const where = `failing at call ${at}`;
    assert.deepEqual(
      [...must].filter((id) => !stored.has(id)),
      [],
      `lost, ${where}`,
    );
    assert.deepEqual(
      [...stored].filter((id) => !may.has(id)),
      [],
      `came back, ${where}`,
    );
    return failing.calls;
  });
}

/** What a process that was killed while it wrote leaves: a whole record and half of one. Returns the whole one's id. */
function leaveTornSegment(folder: string): string {
  const generation = sampleGeneration();
  const whole = encodeFrame(jsonOf(generation));
  const half = encodeFrame(jsonOf(sampleGeneration())).subarray(0, 500);
  mkdirSync(join(folder, 'journal'), { recursive: true });
  const name = `${generation.id}.4194305.open`;
  writeFileSync(join(folder, 'journal', name), Buffer.concat([whole, half]));
  return generation.id;
}

function attempt(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

const small = (): GenerationRecord => sampleGeneration();
const many = (count: number): GenerationRecord[] =>
  Array.from({ length: count }, () => sampleGeneration(RECORD));

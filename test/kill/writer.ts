/**
 * A process that appends records until it is killed: `node writer.ts FOLDER [early]`. It prints an id once the record is
 * acknowledged. With `early` the disk is said to have written what it only writes a little later.
 */
import { writeSync } from 'node:fs';
import { nodeJournalFs, type JournalFs } from '../../src/store/journal-fs.ts';
import { openLog, sampleGeneration } from '../unit/store/samples.ts';
import { SEAL_BYTES } from './writer-settings.ts';

const [folder = '', mode] = process.argv.slice(2);

/** A store that acknowledges before it has written. */
const early: JournalFs = {
  ...nodeJournalFs,
  create: async (path) => {
    const file = await nodeJournalFs.create(path);
    let writing = Promise.resolve();
    return {
      identity: file.identity,
      write: (bytes) => {
        writing = writing
          .then(() => new Promise((done) => setTimeout(done, 15)))
          .then(() => file.write(bytes));
        return Promise.resolve();
      },
      sync: () => Promise.resolve(),
      close: () => writing.then(() => file.close()),
    };
  },
};

const { log } = openLog(folder, {
  sealBytes: SEAL_BYTES,
  timings: { checkpointMs: 5 },
  ...(mode === 'early' ? { fs: early } : {}),
});

async function appendForEver(): Promise<never> {
  for (;;) {
    const generation = sampleGeneration({ size: 3000 });
    await log.append(generation);
    writeSync(1, `${generation.id}\n`);
    // Pauses now and then, so that quiet moments with their checkpoints come too.
    if (Math.random() < 0.1) await new Promise((done) => setTimeout(done, 20));
  }
}

await Promise.all([appendForEver(), appendForEver(), appendForEver()]);

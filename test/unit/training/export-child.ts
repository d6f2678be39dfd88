/**
 * Exports a log, in a process whose memory is its own: `node export-child.ts FOLDER FORMAT FILE [hold]`. Prints the rows
 * and the peak of the memory (MB) as JSON. With `hold` everything is held in memory until the end.
 */
import { streamTraining } from '../../../src/training/export.ts';
import { EXTRAS } from '../../../src/training/types.ts';
import { writeWhole } from '../../../src/training/write.ts';
import { openLog } from '../store/samples.ts';

const [folder = '', format = '', file = '', hold] = process.argv.slice(2);
const { log } = openLog(folder);
let rows = 0;
const held: (string | Uint8Array)[] = [];

async function* pieces(): AsyncGenerator<string | Uint8Array, void, undefined> {
  const options = { format, filter: { include: EXTRAS }, onProgress: (now: number) => (rows = now) };
  for await (const piece of streamTraining(log, options)) {
    if (hold === 'hold') held.push(piece);
    yield piece;
  }
}

const bytes = await writeWhole(file, pieces());
await log.close();
process.stdout.write(
  JSON.stringify({ rows, bytes, held: held.length, peakMb: process.resourceUsage().maxRSS / 1024 }),
);

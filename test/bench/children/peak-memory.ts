/**
 * Prints how many bytes the resident set of this process grew at most while it read a keyword list, over what it held
 * when the code was loaded, a list of 50 rows was read and the bytes of the file were in memory. A process of its own,
 * as the keyword worker is: what else a benchmark loads (a tokenizer's vocabulary) moves the collector's limits.
 *
 * Run with `node test/bench/children/peak-memory.ts FILE`.
 */
import { readFileSync } from 'node:fs';
import { readKeywordList } from '../../../src/keywords/read.ts';
import { syntheticExport } from '../../fakes/keyword-export.ts';

const [file = ''] = process.argv.slice(2);
await readKeywordList(syntheticExport({ rows: 50, quoted: false }), { name: 'warm.csv' });
const bytes = readFileSync(file);
const before = process.memoryUsage.rss();
const list = await readKeywordList(bytes, { name: 'bench.csv' });
if (list.terms.length === 0) throw new Error('Nothing was read.');
process.stdout.write(String(peak() - before));

/** Bytes. On Linux `maxRSS` begins with what the process that started this one held, so the kernel's own mark is read. */
function peak(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('The kernel does not tell the peak of the resident set.');
  return Number(kilobytes) * 1024;
}

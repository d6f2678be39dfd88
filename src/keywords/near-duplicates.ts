import type { Words } from './word-numbers.ts';

/**
 * For each row the better row of the same words (singular or plural, in any order, links such as "for" left out), or
 * -1. `order` is best first. Rows are compared by two 32-bit hashes of their words: for a million terms the chance that
 * any two different ones meet is below one in ten million.
 */
export function nearDuplicates(words: Words, order: Uint32Array): Int32Array {
  const [first, second] = wordSetHashes(words);
  const mask = 2 ** Math.ceil(Math.log2(order.length * 2 + 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const duplicateOf = new Int32Array(order.length).fill(-1);
  for (const row of order) {
    const one = first[row] ?? 0;
    const two = second[row] ?? 0;
    let slot = (one ^ (one >>> 15)) & mask;
    let best = slots[slot] ?? -1;
    while (best !== -1 && (first[best] !== one || second[best] !== two)) {
      slot = (slot + 1) & mask;
      best = slots[slot] ?? -1;
    }
    if (best === -1) slots[slot] = row;
    else duplicateOf[row] = best;
  }
  return duplicateOf;
}

/** Two well-mixed 32-bit numbers of a word number (the finaliser of MurmurHash3). */
function mix(id: number, seed: number): number {
  let hash = Math.imul(id + 1, 0x9e3779b1) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Two hashes per row that are equal for the same words in any order; a term of nothing but links keeps them. */
function wordSetHashes(words: Words): readonly [Int32Array, Int32Array] {
  const rows = words.starts.length - 1;
  const first = new Int32Array(rows);
  const second = new Int32Array(rows);
  const ones = Int32Array.from(words.surface, (_, id) => mix(id, 0x2545f491));
  const twos = Int32Array.from(words.surface, (_, id) => mix(id, 0x6c078965));
  for (let row = 0; row < rows; row += 1) {
    const start = words.starts[row] ?? 0;
    const end = words.starts[row + 1] ?? 0;
    let linksOnly = true;
    for (let at = start; at < end && linksOnly; at += 1) linksOnly = words.isLink[words.ids[at] ?? 0] === 1;
    let one = 0;
    let two = 0;
    for (let at = start; at < end; at += 1) {
      const id = words.ids[at] ?? 0;
      if (!linksOnly && words.isLink[id] === 1) continue;
      one = (one + (ones[id] ?? 0)) | 0;
      two = (two + (twos[id] ?? 0)) | 0;
    }
    first[row] = one;
    second[row] = two;
  }
  return [first, second];
}

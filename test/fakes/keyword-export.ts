const HEADS = [
  'nativity set',
  'ornament',
  'wood carving',
  'figurine',
  'candle holder',
  'wall art',
  'gift box',
  'advent calendar',
];
const MODIFIERS = (
  'small large rustic modern vintage olive walnut painted carved minimalist nordic tiny outdoor hanging musical glowing ' +
  'folding magnetic linen stone ceramic copper woven felted knitted braided pressed engraved layered stacked'
).split(' ');
const ENDS = ['', ' for kids', ' for mom', ' with stable', ' handmade', ' near me', ' sale', ' uk'];

/** Always the same numbers in the same order (mulberry32). */
export function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An export in the layout of a Semrush list, with missing values. */
export function syntheticExport({
  rows,
  quoted,
}: {
  readonly rows: number;
  readonly quoted: boolean;
}): Uint8Array {
  const random = pseudoRandom(rows);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const cell = (text: string): string => (quoted ? `"${text}"` : text);
  const lines = [
    ['Keyword', 'Volume', 'Keyword Difficulty', 'CPC (USD)', 'SERP Features'].map(cell).join(','),
  ];
  for (let row = 0; row < rows; row += 1) {
    // One term in ten has a word of its own, as real lists are full of names and typing errors.
    const own = random() < 0.1 ? ` ${row.toString(36)}x` : '';
    const term = `${pick(MODIFIERS)} ${pick(MODIFIERS)} ${pick(MODIFIERS)} ${pick(HEADS)}${pick(ENDS)}${own}`;
    const volume = random() < 0.1 ? '' : String(Math.floor(10 ** (1 + random() * 4)));
    const difficulty = random() < 0.2 ? '' : String(Math.floor(random() * 100));
    const cpc = random() < 0.3 ? '' : (random() * 3).toFixed(2);
    lines.push([term, volume, difficulty, cpc, 'Shopping results'].map(cell).join(','));
  }
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}

/**
 * Splits whole cents by weight with the largest remainder method (Hamilton): every part gets its share rounded down,
 * the cents left over go one each to the largest remainders, earlier parts first on a tie. The parts add up to
 * `cents` exactly, unless there are none or no weight is positive: then nothing is given. Weights that are not finite
 * or negative count as 0.
 */
export function splitByWeight(cents: number, weights: readonly number[]): number[] {
  const usable = weights.map((weight) => (Number.isFinite(weight) && weight > 0 ? weight : 0));
  const largest = Math.max(0, ...usable);
  if (largest === 0 || !Number.isSafeInteger(cents) || cents <= 0) return weights.map(() => 0);
  // Relative to the largest, so that no sum overflows.
  const shares = usable.map((weight) => weight / largest);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const exact = shares.map((share) => (cents * share) / total);
  const parts = exact.map(Math.floor);
  let left = cents - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .filter(({ index }) => (usable[index] ?? 0) > 0)
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let turn = 0; left > 0; turn = (turn + 1) % byRemainder.length) {
    const next = byRemainder[turn];
    if (next === undefined) break;
    parts[next.index] = (parts[next.index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

import type { MonthlySeries } from './types.ts';

/** A month is a peak from this much above the average month, and this close to the highest. */
const ABOVE_AVERAGE = 1.2;
const NEAR_HIGHEST = 0.8;

/**
 * Calendar months (1-12) in which the list's demand peaks: the mean of each calendar month over the whole list (a plain
 * seasonal index) against the mean of all. Empty when the file does not say which months its series has, covers less
 * than a year, or has no season.
 */
export function peakMonthsOf(series: MonthlySeries | null): readonly number[] {
  const first = Number(series?.firstMonth?.slice(5));
  if (series === null || !(first >= 1 && first <= 12) || series.length < 12) return [];
  const sums = new Float64Array(12);
  const counts = new Float64Array(12);
  series.values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const month = (first - 1 + (at % series.length)) % 12;
    sums[month] = (sums[month] ?? 0) + value;
    counts[month] = (counts[month] ?? 0) + 1;
  });
  const means = sums.map((sum, month) => (counts[month] === 0 ? 0 : sum / (counts[month] ?? 1)));
  const average = means.reduce((a, b) => a + b, 0) / 12;
  const highest = Math.max(...means);
  if (!(average > 0)) return [];
  return [...means.keys()]
    .filter((month) => (means[month] ?? 0) >= Math.max(average * ABOVE_AVERAGE, highest * NEAR_HIGHEST))
    .map((month) => month + 1);
}

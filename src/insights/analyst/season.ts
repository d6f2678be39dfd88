/** How today stands to the months of a list's peak. */
export interface Season {
  /** 0 while a peak month is on. */
  readonly monthsToPeak: number;
  /** Calendar month (1-12) of the next peak, or of the one that is on. */
  readonly next: number;
  /** Two months before the next peak: when listings should be ready, because a search needs weeks to rank them. */
  readonly prepare: number;
}

/** Null when the list says nothing of its seasons or `today` (YYYY-MM-DD) cannot be read. */
export function seasonOf(peakMonths: readonly number[], today: string): Season | null {
  const month = Number(/^\d{4}-(\d{2})/.exec(today)?.[1]);
  if (!(month >= 1 && month <= 12) || peakMonths.length === 0) return null;
  const ahead = peakMonths.map((peak) => (peak - month + 12) % 12);
  const monthsToPeak = Math.min(...ahead);
  const next = ((month - 1 + monthsToPeak) % 12) + 1;
  return { monthsToPeak, next, prepare: ((next - 3 + 12) % 12) + 1 };
}

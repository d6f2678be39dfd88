import type { JSX } from 'preact';
import { useWords } from './words.tsx';

export type Level = 'strong' | 'fair' | 'weak';

/** Thirds of the scale. With `lowerIsBetter` (competition) a low score is the strong one. */
export function levelOf(score: number, lowerIsBetter = false): Level {
  const good = lowerIsBetter ? 1 - score : score;
  return good >= 2 / 3 ? 'strong' : good >= 1 / 3 ? 'fair' : 'weak';
}

/** A bar from 0 to 1. The number stands beside it, so that the bar is decoration. */
export function Bar({ share, level }: { share: number; level?: Level }): JSX.Element {
  const width = Math.min(Math.max(share, 0), 1) * 100;
  return (
    <svg class={`bar ${level ?? 'plain'}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" width="100" height="4" />
      <rect class="bar-fill" width={width} height="4" />
    </svg>
  );
}

/** A score as a number out of 100 over its bar; null is a dash, never 0. */
export function ScoreCell({
  score,
  lowerIsBetter = false,
}: {
  score: number | null;
  lowerIsBetter?: boolean;
}): JSX.Element {
  const { t, format } = useWords();
  if (score === null) {
    return (
      <span class="score missing">
        <span aria-hidden="true">–</span>
        <span class="sr-only">{t('score.unknown')}</span>
      </span>
    );
  }
  const level = levelOf(score, lowerIsBetter);
  return (
    <span class="score">
      <span class="score-number">{format.score(score)}</span>
      <Bar share={score} level={level} />
    </span>
  );
}

import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { KeywordFigures } from '../protocol/insights.ts';
import { competitionText, demandText, splitAtNumbers, type Formats } from './format.ts';
import { useWords, type Words } from './words.tsx';

/** What the parts of one answer share. */
export interface Answer {
  /** The list's own figures, by term in the list's spelling. */
  readonly rows: ReadonlyMap<string, KeywordFigures>;
  readonly foreignNumbers: readonly { readonly path: string; readonly text: string }[];
  /** ISO 4217 of the list's cost per click, null when the list does not say. */
  readonly listCurrency: string | null;
  /** True while it is being written: then an empty part says nothing instead of "none". */
  readonly unfinished: boolean;
  readonly openRow: (term: string) => void;
  /** Which of two answers side by side this is; null where it is alone. */
  readonly side: 'a' | 'b' | null;
}

export const AnswerContext = createContext<Answer | null>(null);

export function useAnswer(): Answer {
  const answer = useContext(AnswerContext);
  if (answer === null) throw new Error('An insight is shown outside of an answer.');
  return answer;
}

/** The element that names a side of a comparison. */
export const sideTitleId = (side: 'a' | 'b'): string => `answer-${side}-title`;

/** The id of a heading, and what names its part: beside another answer the side is in both. */
export function usePartTitle(stem: string): { readonly id: string; readonly labelledBy: string } {
  const { side } = useAnswer();
  if (side === null) return { id: stem, labelledBy: stem };
  const id = `${stem}-${side}`;
  return { id, labelledBy: `${sideTitleId(side)} ${id}` };
}

/** A part of an insight under its heading. */
export function Part({
  stem,
  title,
  class: className,
  children,
}: {
  /** The heading's id, as far as there is one answer on the page. */
  stem: string;
  title: string;
  class?: string;
  children: ComponentChildren;
}): JSX.Element {
  const { id, labelledBy } = usePartTitle(stem);
  return (
    <section class={className} aria-labelledby={labelledBy}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** A model's (or the analyst's) words, with the numbers marked that are not from the list. */
export function Prose({ path, text }: { path: string; text: string }): JSX.Element {
  const { t } = useWords();
  const { foreignNumbers } = useAnswer();
  const foreign = foreignNumbers.filter((number) => number.path === path).map((number) => number.text);
  return (
    <>
      {splitAtNumbers(text, foreign).map((piece) =>
        piece.foreign ? (
          <mark class="foreign" title={t('foreign.mark')}>
            {piece.text}
            <span aria-hidden="true">†</span>
            <span class="sr-only"> ({t('foreign.mark')}) </span>
          </mark>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

/** A term of the list; pressing it opens its row. */
export function Term({ term }: { term: string }): JSX.Element {
  const { t } = useWords();
  const { rows, openRow } = useAnswer();
  const row = rows.get(term);
  const hint = row === undefined ? t('term.open', term) : t('term.openRow', term, row.sourceRow);
  return (
    <button type="button" class="term" title={hint} onClick={() => openRow(term)}>
      {term}
    </button>
  );
}

/** The figures that the list itself gives for a term. */
export function Figures({ term }: { term: string }): JSX.Element | null {
  const words = useWords();
  const { rows, listCurrency } = useAnswer();
  const row = rows.get(term);
  if (row === undefined) return null;
  const figures = figuresOf(row, words, listCurrency);
  if (figures.length === 0 && !row.brandLike) return <p class="figures">{words.t('term.notInRows')}</p>;
  return (
    <ul class="figures">
      {figures.map(({ label, value }) => (
        <li key={label}>
          <b>{value}</b> {label}
        </li>
      ))}
      {row.brandLike && <li class="brand-like">{words.t('term.brandLike')}</li>}
    </ul>
  );
}

function figuresOf(
  row: KeywordFigures,
  { t, format }: Words,
  currency: string | null,
): readonly { label: string; value: string }[] {
  const figures: { label: string; value: string }[] = [];
  const add = (label: string, value: string): void => {
    figures.push({ label, value });
  };
  if (row.demand !== null) add(t(`figure.demand.${row.demand.kind}`), demandText(format, row.demand));
  if (row.competition !== null) {
    add(t(`figure.competition.${row.competition.kind}`), competitionText(format, row.competition));
  }
  if (row.trend !== null) add(t('figure.trend'), format.change(row.trend));
  if (row.cpc !== null) add(t('figure.cpc'), format.money(row.cpc * 100, currency));
  if (row.clicks !== null) add(t('figure.clicks'), format.figure(row.clicks));
  if (row.engagement !== null) add(t('figure.engagement'), format.percent(row.engagement));
  return figures;
}

/** Demand and competition of a row as text, a dash where the list has none. */
export function rowTexts(
  row: KeywordFigures,
  format: Formats,
): { readonly demand: string; readonly competition: string } {
  return {
    demand: row.demand === null ? '–' : demandText(format, row.demand),
    competition: row.competition === null ? '–' : competitionText(format, row.competition),
  };
}

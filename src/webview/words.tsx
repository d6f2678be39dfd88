import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { fillIn, PANEL_STRINGS, type CountedKey, type PanelStringKey } from '../protocol/strings.ts';
import { formatsFor, knownLocale, type Formats } from './format.ts';

/** The panel's language: its words and how it writes numbers. */
export interface Words {
  readonly locale: string;
  readonly format: Formats;
  readonly t: (key: PanelStringKey, ...values: (string | number)[]) => string;
  /** Singular or plural by the count, which is `{0}`. */
  readonly counted: (stem: CountedKey, count: number) => string;
}

export function wordsIn(locale: string, translations: Readonly<Record<string, string>>): Words {
  const known = knownLocale(locale);
  const format = formatsFor(known);
  const plurals = new Intl.PluralRules(known);
  const t: Words['t'] = (key, ...values) => fillIn(translations[key] ?? PANEL_STRINGS[key], values);
  return {
    locale: known,
    format,
    t,
    counted: (stem, count) =>
      t(plurals.select(count) === 'one' ? `${stem}.one` : `${stem}.other`, format.count(count)),
  };
}

export const WordsContext = createContext<Words>(wordsIn('en', {}));

export function useWords(): Words {
  return useContext(WordsContext);
}

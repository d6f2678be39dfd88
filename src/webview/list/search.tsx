import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MOST_SEARCHED } from '../../protocol/list-messages.ts';
import { useWords } from '../words.tsx';

/** Words are searched for once the typing rests. */
const RESTED_MS = 150;

export interface SearchProps {
  readonly search: string;
  /** Rows found; undefined while they are being searched for. */
  readonly found: number | undefined;
  readonly rows: number;
  readonly onSearch: (search: string) => void;
  /** Down to the rows. */
  readonly onLeave: () => void;
}

/** The words that the rows shown have to hold, and how many rows do. */
export function Search({ search, found, rows, onSearch, onLeave }: SearchProps): JSX.Element {
  const { t, format } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState(search);
  useEffect(() => setText(search), [search]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      input.current?.select();
      input.current?.focus();
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  const type = (typed: string): void => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(typed), RESTED_MS);
  };
  const said =
    search === '' || found === undefined
      ? ''
      : found === 0
        ? t('list.noneFound', search)
        : t('list.found', format.count(found), format.count(rows));
  return (
    <div class="list-search" role="search">
      <input
        ref={input}
        type="search"
        value={text}
        maxLength={MOST_SEARCHED}
        placeholder={t('list.search')}
        aria-label={t('list.search')}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') type('');
          else if (event.key === 'Enter' || event.key === 'ArrowDown') onLeave();
          else return;
          event.preventDefault();
        }}
      />
      <span role="status">{said}</span>
    </div>
  );
}

import type { JSX } from 'preact';
import { droppedText } from '../../protocol/dropped.ts';
import { INSIGHT_TYPES } from '../../protocol/insights.ts';
import type { FromListPage, PreviewedList } from '../../protocol/list-messages.ts';
import { Icon } from '../icons.tsx';
import { useWords, type Words } from '../words.tsx';

type Post = (message: FromListPage) => void;

/** What the list is, what is not in it, and what can be made of it. */
export function ListHead({ list, post }: { list: PreviewedList; post: Post }): JSX.Element {
  const words = useWords();
  const { t, counted, format } = words;
  const { dropped, notes, table, product } = list;
  return (
    <header class="list-head">
      <div class="list-title">
        <h1>{list.name}</h1>
        <ul class="list-facts" aria-label={t('list.facts')}>
          <li>
            <b>{counted('subject.keywords', list.rows)}</b>
          </li>
          {factsOf(list, words).map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      </div>
      <nav class="buttons" aria-label={t('list.insights')}>
        {INSIGHT_TYPES.map((type, index) => (
          <vscode-button
            key={type}
            secondary={index > 0}
            onClick={() => post({ type: 'insight', insightType: type })}
          >
            {t(`type.${type}`)}
          </vscode-button>
        ))}
        <button type="button" class="link" onClick={() => post({ type: 'openText' })}>
          {t('list.openText')}
        </button>
      </nav>
      {dropped.length > 0 && (
        <p class="list-line caution">
          <Icon name="high" />
          <span>
            {t(
              'list.leftOut',
              droppedText(dropped, (count) => format.count(count)),
            )}
          </span>
        </p>
      )}
      {table !== null && (
        <p class={table === 'guessed' ? 'list-line caution' : 'list-line'}>
          <Icon name={table === 'guessed' ? 'high' : 'info'} />
          <span>
            {t(`list.${table}`)}{' '}
            <button type="button" class="link" onClick={() => post({ type: 'chooseColumns' })}>
              {t('list.chooseColumns')}
            </button>
          </span>
        </p>
      )}
      {product !== null && (
        <p class="list-line">
          <Icon name="tags" />
          <span>{t('list.judgedFor', product)}</span>
        </p>
      )}
      {notes.length > 0 && (
        <details class="list-notes" open={notes.length === 1}>
          <summary>{counted('list.notes', notes.length)}</summary>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </header>
  );
}

function factsOf({ toolLabel, market, currency, columns }: PreviewedList, { t }: Words): string[] {
  const facts = [toolLabel];
  if (market !== null) facts.push(`${t('subject.market')}: ${market}`);
  if (currency !== null) facts.push(`${t('list.currency')}: ${currency}`);
  else if (columns.includes('cpc')) facts.push(`${t('list.currency')}: ${t('list.currencyUnknown')}`);
  return facts;
}

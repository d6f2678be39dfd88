import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { FromPanel, HistoryItem, PanelState } from '../protocol/messages.ts';
import { Icon } from './icons.tsx';
import { useWords } from './words.tsx';

/** From this width (CSS pixels of the panel) there is room for a column beside the insight; style.css has the same. */
const WIDE = 960;

/** Past insights: a column beside the insight where there is room, else a disclosure under it. */
export function History({
  history,
  post,
}: {
  history: PanelState['history'];
  post: (message: FromPanel) => void;
}): JSX.Element {
  const { t } = useWords();
  const wide = useWide();
  const body = (
    <>
      <ul>
        {history.items.map((item) => (
          <Item
            key={item.id}
            item={item}
            selected={item.id === history.selected}
            onOpen={() => post({ type: 'openHistory', id: item.id })}
          />
        ))}
      </ul>
      {history.more && (
        <button type="button" class="link" onClick={() => post({ type: 'moreHistory' })}>
          {t('history.more')}
        </button>
      )}
    </>
  );
  return (
    <nav class="history" aria-label={t('history.title')}>
      {wide ? (
        <>
          <h2>{t('history.title')}</h2>
          {body}
        </>
      ) : (
        <details>
          <summary>
            <h2>{t('history.title')}</h2>
          </summary>
          {body}
        </details>
      )}
    </nav>
  );
}

function Item({
  item,
  selected,
  onOpen,
}: {
  item: HistoryItem;
  selected: boolean;
  onOpen: () => void;
}): JSX.Element {
  const { t, format } = useWords();
  return (
    <li>
      <button type="button" aria-current={selected ? 'true' : undefined} onClick={onOpen}>
        <Icon name={item.type} />
        <span class="history-text">
          <span class="history-title">
            {t(`type.${item.type}`)}
            {item.rating !== null && (
              <span class="history-rating">
                <Icon name={item.rating} />
                <span class="sr-only">{t('history.rated', t(`rating.${item.rating}`))}</span>
              </span>
            )}
          </span>
          <span>{[item.listName, item.market, item.product ?? ''].filter(Boolean).join(' · ')}</span>
          <span class="fine">
            <time dateTime={item.generatedAt}>{format.dateTime(item.generatedAt)}</time> · {item.model}
          </span>
        </span>
      </button>
    </li>
  );
}

function useWide(): boolean {
  const [wide, setWide] = useState(() => window.innerWidth >= WIDE);
  useEffect(() => {
    const query = window.matchMedia(`(min-width: ${WIDE}px)`);
    const update = (): void => setWide(query.matches);
    update();
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  return wide;
}

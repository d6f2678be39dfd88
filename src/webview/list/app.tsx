import type { JSX } from 'preact';
import type { FromListPage, PreviewState } from '../../protocol/list-messages.ts';
import { useWords } from '../words.tsx';
import { Grid, type GridView } from './grid.tsx';
import { ListHead } from './head.tsx';
import type { RowPages } from './row-pages.ts';
import { Search } from './search.tsx';

export interface ListAppProps {
  readonly state: PreviewState;
  readonly pages: RowPages;
  readonly view: GridView;
  readonly jump: number;
  readonly onView: (change: Partial<GridView>) => void;
  readonly onOpen: (position: number) => void;
  readonly post: (message: FromListPage) => void;
}

/** The whole preview. */
export function ListApp({ state, post, ...grid }: ListAppProps): JSX.Element {
  const { t } = useWords();
  switch (state.kind) {
    case 'reading':
      return (
        <main class="list-state">
          <h1>{state.name}</h1>
          <vscode-progress-bar indeterminate />
          <p role="status">{t('list.reading')}</p>
        </main>
      );
    case 'failed':
      return (
        <main class="list-state">
          <h1>{t('list.failed', state.name)}</h1>
          <p role="alert">
            {state.message} {state.advice ?? ''}
          </p>
          <div class="buttons">
            <vscode-button onClick={() => post({ type: 'openText' })}>{t('list.openText')}</vscode-button>
            <vscode-button secondary onClick={() => post({ type: 'chooseColumns' })}>
              {t('list.chooseColumns')}
            </vscode-button>
          </div>
        </main>
      );
    case 'open':
      return (
        <main class="list">
          <ListHead list={state.list} post={post} />
          <Search
            search={grid.view.search}
            found={grid.pages.total}
            rows={state.list.rows}
            onSearch={(search) => grid.onView({ search, active: 0, top: 0 })}
            onLeave={() => document.querySelector<HTMLElement>('[role=grid]')?.focus()}
          />
          <Grid list={state.list} {...grid} />
          <Announcer order={grid.view.order} />
        </main>
      );
  }
}

/** Tells a screen reader how the rows are sorted now. */
function Announcer({ order }: { order: GridView['order'] }): JSX.Element {
  const { t } = useWords();
  const label = order === 'file' ? t('list.row') : order === 'term' ? t('list.keyword') : t(`list.${order}`);
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {t('list.sorted', label)}
    </div>
  );
}

import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PreviewedList } from '../../protocol/list-messages.ts';
import { useWords } from '../words.tsx';
import { columnsOf, type Column } from './columns.tsx';
import { keyMove } from './keys.ts';
import type { RowOrder, RowPages } from './row-pages.ts';

/** CSS pixels; also in the style sheet. */
const ROW = 28;
const HEAD = 44;
/** Rows drawn beyond those in sight, so that there is something to scroll onto. */
const BEYOND = 12;

/** Where the grid stands. */
export interface GridView {
  readonly order: RowOrder;
  /** Words that the rows shown hold; empty: all rows. */
  readonly search: string;
  /** Position of the active row. */
  readonly active: number;
  /** Position of the first row in sight, with its fraction. */
  readonly top: number;
}

export interface GridProps {
  readonly list: PreviewedList;
  readonly pages: RowPages;
  readonly view: GridView;
  /** Counts up when the view was set from outside, so that the grid goes there. */
  readonly jump: number;
  /** Only what changes: a scroll may be heard of before the last change is drawn. */
  readonly onView: (change: Partial<GridView>) => void;
  readonly onOpen: (position: number) => void;
}

/** All rows of a list as a grid of which only those in sight exist. */
export function Grid({ list, pages, view, jump, onView, onOpen }: GridProps): JSX.Element {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [column, setColumn] = useState(1);
  const words = useWords();
  const columns = columnsOf(list, words);
  const inSight = Math.max(1, Math.floor((height - HEAD) / ROW));
  const first = Math.max(0, Math.floor(view.top) - BEYOND);
  const total = pages.total ?? 0;
  const end = Math.min(total, Math.ceil(view.top) + inSight + 1 + BEYOND);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: view.top * ROW });
    // Only when told to, or when other rows are shown: otherwise the view follows the scroller.
  }, [jump, height > 0, view.order, view.search]);
  useEffect(() => pages.look(first, end));

  const cellId = (position: number, at: number): string => `cell-${position}-${at}`;
  const isDrawn = view.active >= first && view.active < end;

  /** Makes a row the active one, in sight. */
  const go = (active: number): void => {
    const { top } = view;
    const next = active < top ? active : active > top + inSight - 1 ? active - inSight + 1 : top;
    onView({ active, top: next });
    scroller.current?.scrollTo({ top: next * ROW });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The buttons in the header have keys of their own.
    if (event.target !== scroller.current) return;
    if (event.key === 'Enter') {
      onOpen(view.active);
      event.preventDefault();
      return;
    }
    const at = { row: view.active, column };
    const size = { rows: total, columns: columns.length, page: inSight };
    const moved = keyMove(event, at, size);
    if (moved === null) return;
    event.preventDefault();
    setColumn(moved.column);
    go(moved.row);
    document.getElementById(`head-${moved.column}`)?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  };
  const onCopy = (event: ClipboardEvent): void => {
    const row = pages.at(view.active);
    if (row === undefined || document.getSelection()?.isCollapsed === false) return;
    event.clipboardData?.setData('text/plain', row.term);
    event.preventDefault();
  };
  const tracks = {
    '--tracks': columns
      .map(({ kind, width }) => (kind === 'keyword' ? `minmax(${width}px, 1fr)` : `${width}px`))
      .join(' '),
    '--least': `${columns.reduce((sum, { width }) => sum + width, 0)}px`,
  };
  return (
    <div
      ref={scroller}
      class="grid"
      role="grid"
      tabIndex={0}
      style={tracks}
      aria-label={t('list.grid', list.name)}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isDrawn ? cellId(view.active, column) : undefined}
      onScroll={(event) => onView({ top: event.currentTarget.scrollTop / ROW })}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
    >
      <Head columns={columns} order={view.order} onSort={(order) => onView({ order, active: 0, top: 0 })} />
      <div class="rows" role="rowgroup" style={{ height: `${total * ROW}px` }}>
        {Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at).map((position) => {
          const row = pages.at(position);
          const isActive = position === view.active;
          return (
            <div
              key={position}
              class={isActive ? 'row active' : 'row'}
              role="row"
              aria-rowindex={position + 2}
              aria-selected={isActive}
              style={{ transform: `translateY(${position * ROW}px)` }}
              onDblClick={() => onOpen(position)}
            >
              {columns.map(({ id, kind, cell }, index) => (
                <div
                  key={id}
                  id={cellId(position, index)}
                  class={`cell ${kind} ${isActive && index === column ? 'focused' : ''}`}
                  role={kind === 'keyword' ? 'rowheader' : 'gridcell'}
                  aria-colindex={index + 1}
                  onMouseDown={() => {
                    setColumn(index);
                    onView({ active: position });
                  }}
                >
                  {row === undefined ? <Missing spoken={kind === 'keyword'} /> : cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Head({
  columns,
  order,
  onSort,
}: {
  columns: readonly Column[];
  order: RowOrder;
  onSort: (order: RowOrder) => void;
}): JSX.Element {
  const { t } = useWords();
  return (
    <div class="row head" role="row" aria-rowindex={1}>
      {columns.map(({ id, kind, label, unit, sort }, index) => {
        const sorted = sort?.order === order ? sort.direction : undefined;
        const text = (
          <>
            <span class="label">
              {label}
              <span class="sort-mark" aria-hidden="true">
                {sorted === undefined ? '' : sorted === 'ascending' ? '▲' : '▼'}
              </span>
            </span>
            {unit !== null && <small>{unit}</small>}
          </>
        );
        return (
          <div
            key={id}
            id={`head-${index}`}
            class={`cell ${kind}`}
            role="columnheader"
            aria-colindex={index + 1}
            aria-sort={sort === null ? undefined : (sorted ?? 'none')}
          >
            {sort === null ? (
              <span class="sort">{text}</span>
            ) : (
              <button
                type="button"
                class={sorted === undefined ? 'sort' : 'sort active'}
                title={t('list.sortBy', label)}
                onClick={() => onSort(sort.order)}
              >
                {text}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

function Missing({ spoken }: { spoken: boolean }): JSX.Element {
  const { t } = useWords();
  return <span class="missing-cell">{spoken && <span class="sr-only">{t('list.loading')}</span>}</span>;
}

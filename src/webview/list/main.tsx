import '../no-eval.ts';
import '../elements.ts';
import { render } from 'preact';
import type { PreviewState, ToListPage } from '../../protocol/list-messages.ts';
import { wordsIn, WordsContext } from '../words.tsx';
import { ListApp } from './app.tsx';
import type { GridView } from './grid.tsx';
import { connectList } from './host.ts';
import { RowPages } from './row-pages.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');

let words = wordsIn('en', {});
let state: PreviewState | null = null;
let revision = 0;
let jump = 0;
let isDrawing = false;

const host = connectList((message) => {
  receive(message);
  draw();
});
const pages = new RowPages(host.post);
let view: GridView = host.saved ?? { order: 'file', search: '', active: 0, top: 0 };

function receive(message: ToListPage): void {
  switch (message.type) {
    case 'strings':
      words = wordsIn(message.locale, message.strings);
      document.documentElement.lang = words.locale;
      return;
    case 'state':
      revision = message.revision;
      state = message.state;
      if (state.kind !== 'open') return;
      // The file may be shorter than it was.
      setView({ ...view, active: Math.min(view.active, Math.max(0, state.list.rows - 1)) });
      jump += 1;
      return;
    case 'rows':
      // Fewer may have been found than there were before.
      if (pages.receive(message) && view.active >= message.total)
        setView({ ...view, active: Math.max(0, message.total - 1) });
      return;
    case 'reveal':
      if (message.revision !== revision) return;
      setView({ order: 'file', search: '', active: message.index, top: Math.max(0, message.index - 4) });
      jump += 1;
      return;
  }
}

function setView(next: GridView): void {
  view = next;
  const { order, search } = view;
  if (state?.kind === 'open') pages.show({ revision, order, search }, state.list.rows);
  host.save({ version: 1, ...view });
}

/** Draws once a frame, however much has come in. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    if (state === null || root === null) return;
    render(
      <WordsContext.Provider value={words}>
        <ListApp
          state={state}
          pages={pages}
          view={view}
          jump={jump}
          onView={(change) => {
            setView({ ...view, ...change });
            draw();
          }}
          onOpen={(position) => {
            const { order, search } = view;
            host.post({ type: 'openRow', revision, order, search, position });
          }}
          post={host.post}
        />
      </WordsContext.Provider>,
      root,
    );
  });
}

host.post({ type: 'ready' });

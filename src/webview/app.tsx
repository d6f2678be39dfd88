import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { readInsight } from '../protocol/insights.ts';
import type { FromPanel, PanelState } from '../protocol/messages.ts';
import { Comparison } from './comparison.tsx';
import { Subject, TAB_PANEL_ID, tabId, Tabs, Toolbar } from './header.tsx';
import { History } from './history.tsx';
import { Insight } from './insight.tsx';
import { Provenance } from './provenance.tsx';
import { RatingForm } from './rating.tsx';
import { Empty, Failure, Notice, NotRun, Running } from './states.tsx';
import { useWords } from './words.tsx';

type Post = (message: FromPanel) => void;

/** The whole panel, drawn from one snapshot of the extension's state. */
export function App({ state, post }: { state: PanelState; post: Post }): JSX.Element {
  const { type, subject, view, notice } = state;
  useTopOfWhatIsNew(state);
  const tab = subject === null ? {} : { role: 'tabpanel' as const, 'aria-labelledby': tabId(type) };
  return (
    <div class="panel">
      <main>
        {view.kind !== 'empty' && (
          <header>
            <Subject type={type} subject={subject} />
            {subject !== null && <Tabs selected={type} post={post} />}
          </header>
        )}
        {notice !== null && <Notice notice={notice} post={post} />}
        <div id={TAB_PANEL_ID} tabIndex={-1} {...tab}>
          {view.kind === 'result' && <Toolbar canInsert={state.canInsert} post={post} />}
          <View state={state} post={post} />
        </div>
      </main>
      {state.history.items.length > 0 && <History history={state.history} post={post} />}
      <Announcer state={state} />
    </div>
  );
}

/** What begins or is opened is read from its top; an answer that ends while it is read stays where it is. */
function useTopOfWhatIsNew({ type, view }: PanelState): void {
  const shown = `${type} ${view.kind === 'result' ? view.result.id : view.kind}`;
  const before = useRef({ shown, running: true });
  useLayoutEffect(() => {
    const was = before.current;
    before.current = { shown, running: view.kind === 'running' };
    if (shown !== was.shown && !was.running) window.scrollTo(0, 0);
  }, [shown, view.kind]);
}

function View({ state, post }: { state: PanelState; post: Post }): JSX.Element {
  const { t } = useWords();
  const { type, view } = state;
  const openRow = (term: string): void => post({ type: 'openRow', term });
  switch (view.kind) {
    case 'empty':
      return <Empty post={post} />;
    case 'not-run':
      return <NotRun type={type} post={post} />;
    case 'running': {
      const { partial } = view;
      const insight = partial === null ? null : readInsight(partial.type, partial.insight);
      return (
        <Running type={type} view={view} post={post}>
          {partial !== null && insight !== null && (
            <Insight view={insight} rows={partial.rows} result={null} openRow={openRow} />
          )}
        </Running>
      );
    }
    case 'comparison':
      return <Comparison view={view} post={post} />;
    case 'error':
      return <Failure type={type} {...view} post={post} />;
    case 'result': {
      const { result } = view;
      const insight = readInsight(result.type, result.insight);
      if (insight === null) {
        return (
          <Failure
            type={type}
            message={t('error.unreadable')}
            advice={t('error.unreadableAdvice')}
            actions={[]}
            post={post}
          />
        );
      }
      return (
        <>
          <Provenance result={result} />
          <Insight key={result.id} view={insight} rows={result.rows} result={result} openRow={openRow} />
          <RatingForm
            key={result.id}
            view={view}
            onRate={(rating, note) => post({ type: 'rate', id: result.id, rating, note })}
          />
        </>
      );
    }
  }
}

/** Tells a screen reader that an insight started and ended, and nothing in between. Errors announce themselves. */
function Announcer({ state }: { state: PanelState }): JSX.Element {
  const { t } = useWords();
  const before = useRef<{ running: boolean; type: PanelState['type'] }>({ running: false, type: state.type });
  const [text, setText] = useState('');
  const running = state.view.kind === 'running';
  const { kind } = state.view;
  useEffect(() => {
    const was = before.current;
    before.current = { running, type: state.type };
    const title = t(`type.${state.type}`);
    if (running && !(was.running && was.type === state.type)) setText(t('announce.started', title));
    else if (!running && was.running && was.type === state.type) {
      if (kind === 'result') setText(t('announce.finished', title));
      else if (kind === 'error') setText('');
      else setText(t('announce.stopped', title));
    }
  }, [running, kind, state.type, t]);
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {text}
    </div>
  );
}

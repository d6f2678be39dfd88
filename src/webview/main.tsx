import './no-eval.ts';
import './elements.ts';
import { render } from 'preact';
import type { PanelState, ToPanel } from '../protocol/messages.ts';
import { App } from './app.tsx';
import { TAB_PANEL_ID } from './header.tsx';
import { connect } from './host.ts';
import { WordsContext, wordsIn } from './words.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');

let words = wordsIn('en', {});
let state: PanelState | null = null;

const host = connect((message) => {
  receive(message);
  if (state === null) return;
  const hadFocus = root.contains(document.activeElement);
  render(
    <WordsContext.Provider value={words}>
      <App state={state} post={host.post} />
    </WordsContext.Provider>,
    root,
  );
  // The pressed button may be gone now ("Run", "Cancel"): the keyboard goes on where its answer appears.
  if (hadFocus && document.activeElement === document.body) {
    document.getElementById(TAB_PANEL_ID)?.focus({ preventScroll: true });
  }
});

function receive(message: ToPanel): void {
  switch (message.type) {
    case 'strings':
      words = wordsIn(message.locale, message.strings);
      document.documentElement.lang = words.locale;
      break;
    case 'state':
      state = message.state;
      // Without an insight on screen (one is being made, failed, was not asked for) the last one stays remembered:
      // that is what a reload can bring back.
      if (state.view.kind === 'result' || state.view.kind === 'empty') {
        host.save({ version: 1, insightId: shownInsight(state) });
      }
      break;
  }
}

function shownInsight({ view }: PanelState): string | null {
  return view.kind === 'result' ? view.result.id : null;
}

host.post({ type: 'ready' });

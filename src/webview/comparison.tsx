import type { JSX } from 'preact';
import { readInsight } from '../protocol/insights.ts';
import type { ComparedSide, FromPanel, PanelView } from '../protocol/messages.ts';
import { sideTitleId } from './answer.tsx';
import { Insight } from './insight.tsx';
import { Provenance } from './provenance.tsx';
import { useWords } from './words.tsx';

type View = Extract<PanelView, { kind: 'comparison' }>;
type Post = (message: FromPanel) => void;

/** Two answers side by side; under each other where there is no room. */
export function Comparison({ view, post }: { view: View; post: Post }): JSX.Element {
  const { t } = useWords();
  const running = view.sides.some(({ kind }) => kind === 'running');
  return (
    <section class="comparison" aria-label={t('compare.title')}>
      <div class="comparison-head">
        <div>
          <h2>{t('compare.title')}</h2>
          <p class="fine" role="status">
            {hintOf(view, running, t)}
          </p>
        </div>
        {running && (
          <vscode-button secondary onClick={() => post({ type: 'cancel' })}>
            {t('running.cancel')}
          </vscode-button>
        )}
      </div>
      <div class="comparison-sides">
        {([0, 1] as const).map((at) => (
          <Side key={at} at={at} view={view} post={post} />
        ))}
      </div>
    </section>
  );
}

function hintOf(view: View, running: boolean, t: ReturnType<typeof useWords>['t']): string {
  if (view.picked !== null) return t('compare.picked');
  if (running || view.pickable) return t('compare.hint');
  return view.sides.some(({ kind }) => kind === 'failed') ? t('compare.failed') : t('compare.notLogged');
}

function Side({ at, view, post }: { at: 0 | 1; view: View; post: Post }): JSX.Element {
  const { t } = useWords();
  const name = t(at === 0 ? 'compare.first' : 'compare.second');
  const side = view.sides[at];
  const chosen = view.picked === at;
  const id = at === 0 ? 'a' : 'b';
  return (
    <article class={chosen ? 'comparison-side chosen' : 'comparison-side'} aria-labelledby={sideTitleId(id)}>
      <header>
        <h2 id={sideTitleId(id)}>{name}</h2>
        {chosen && <span class="badge">{t('compare.chosen')}</span>}
        {view.pickable && (
          <vscode-button onClick={() => post({ type: 'prefer', side: at })}>
            {t('compare.better', name)}
          </vscode-button>
        )}
      </header>
      <Answer id={id} side={side} revealed={view.revealed} post={post} />
    </article>
  );
}

function Answer({
  id,
  side,
  revealed,
  post,
}: {
  id: 'a' | 'b';
  side: ComparedSide;
  revealed: boolean;
  post: Post;
}): JSX.Element | null {
  const { t } = useWords();
  const openRow = (term: string): void => post({ type: 'openRow', term });
  if (side.kind === 'failed') return <p role="alert">{side.message}</p>;
  if (side.kind === 'running') {
    const { partial } = side;
    const insight = partial === null ? null : readInsight(partial.type, partial.insight);
    return (
      <>
        <vscode-progress-bar indeterminate aria-label={t(`running.stage.${side.stage}`)} />
        <p class="fine">{t(`running.stage.${side.stage}`)}</p>
        {partial !== null && insight !== null && (
          <Insight view={insight} rows={partial.rows} result={null} openRow={openRow} side={id} />
        )}
      </>
    );
  }
  const { result } = side;
  const insight = readInsight(result.type, result.insight);
  return (
    <>
      {revealed && <Provenance result={result} of={t(id === 'a' ? 'compare.first' : 'compare.second')} />}
      {insight === null ? (
        <p role="alert">{t('error.unreadable')}</p>
      ) : (
        <Insight view={insight} rows={result.rows} result={result} openRow={openRow} side={id} />
      )}
    </>
  );
}

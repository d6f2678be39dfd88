import type { ComponentChildren, JSX } from 'preact';
import type { FromPanel, PanelAction, PanelState, PanelView } from '../protocol/messages.ts';
import { INSIGHT_TYPES, type InsightTypeId } from '../protocol/insights.ts';
import { Icon } from './icons.tsx';
import { useWords } from './words.tsx';

type Post = (message: FromPanel) => void;
type ViewOf<Kind extends PanelView['kind']> = Extract<PanelView, { kind: Kind }>;

/** No list yet: how to start, and what there is to ask for. */
export function Empty({ post }: { post: Post }): JSX.Element {
  const { t } = useWords();
  return (
    <div class="empty">
      <h1>{t('empty.title')}</h1>
      <p>{t('empty.start')}</p>
      <p>{t('empty.also')}</p>
      <p>
        <vscode-button onClick={() => post({ type: 'action', action: 'pickList' })}>
          {t('empty.pick')}
        </vscode-button>
      </p>
      <h2>{t('empty.four')}</h2>
      <ul class="offers">
        {INSIGHT_TYPES.map((type) => (
          <li key={type}>
            <Icon name={type} />
            <div>
              <strong>{t(`type.${type}`)}</strong>
              <p>{t(`about.${type}`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** This type has not been asked for this list. */
export function NotRun({ type, post }: { type: InsightTypeId; post: Post }): JSX.Element {
  const { t } = useWords();
  const title = t(`type.${type}`);
  return (
    <section class="not-run">
      <Icon name={type} />
      <h2>{t('notRun.title', title)}</h2>
      <p>
        {t(`about.${type}`)} {type === 'ad_insight' && t('about.adBudget')}
      </p>
      <vscode-button onClick={() => post({ type: 'run' })}>{t('notRun.run', title)}</vscode-button>
    </section>
  );
}

/** What is going on, a way to stop it, and under it what has come in so far. */
export function Running({
  type,
  view,
  post,
  children,
}: {
  type: InsightTypeId;
  view: ViewOf<'running'>;
  post: Post;
  children: ComponentChildren;
}): JSX.Element {
  const { t } = useWords();
  return (
    <section class="running" aria-label={t('running.title', t(`type.${type}`))}>
      <vscode-progress-bar indeterminate aria-label={t('running.title', t(`type.${type}`))} />
      <div class="running-head">
        <p>
          <strong>{t(`running.stage.${view.stage}`)}</strong>
          <span class="fine">{view.model}</span>
        </p>
        <vscode-button secondary onClick={() => post({ type: 'cancel' })}>
          {t('running.cancel')}
        </vscode-button>
      </div>
      {view.partial === null ? (
        <Skeleton />
      ) : (
        <div class="unfinished">
          <p class="unfinished-mark">
            <strong>{t('running.partial')}</strong> <span class="fine">{t('running.partialHint')}</span>
          </p>
          {children}
        </div>
      )}
    </section>
  );
}

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" aria-hidden="true">
      <div />
      <div />
      <div />
      <div />
      <div />
    </div>
  );
}

/** What went wrong, in words, and what to do about it. */
export function Failure({
  type,
  message,
  advice,
  actions,
  post,
}: {
  type: InsightTypeId;
  message: string;
  advice: string | null;
  actions: ViewOf<'error'>['actions'];
  post: Post;
}): JSX.Element {
  const { t } = useWords();
  return (
    <section class="failure" role="alert">
      <Icon name="high" />
      <div>
        <h2>{t('error.title', t(`type.${type}`))}</h2>
        <p class="message">{message}</p>
        {advice !== null && <p>{advice}</p>}
        <ActionButtons actions={actions} post={post} primaryFirst />
      </div>
    </section>
  );
}

/** A line above the insight, with what can be done about it. */
export function Notice({
  notice,
  post,
}: {
  notice: NonNullable<PanelState['notice']>;
  post: Post;
}): JSX.Element {
  return (
    <aside class="notice">
      <p>
        <Icon name="info" />
        <span>{notice.text}</span>
      </p>
      <ActionButtons actions={notice.actions} post={post} />
    </aside>
  );
}

function ActionButtons({
  actions,
  post,
  primaryFirst = false,
}: {
  actions: readonly { readonly id: PanelAction; readonly label: string }[];
  post: Post;
  primaryFirst?: boolean;
}): JSX.Element | null {
  if (actions.length === 0) return null;
  return (
    <div class="buttons">
      {actions.map(({ id, label }, index) => (
        <vscode-button
          key={id}
          secondary={!(primaryFirst && index === 0)}
          onClick={() => post({ type: 'action', action: id })}
        >
          {label}
        </vscode-button>
      ))}
    </div>
  );
}

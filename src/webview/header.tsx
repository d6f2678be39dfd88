import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { FromPanel, PanelState } from '../protocol/messages.ts';
import { INSIGHT_TYPES, type InsightTypeId } from '../protocol/insights.ts';
import { Icon, type IconName } from './icons.tsx';
import { useWords } from './words.tsx';

type Post = (message: FromPanel) => void;

/** What is on: the insight, the list, the market, the product. Without a list only the insight. */
export function Subject({
  type,
  subject,
}: {
  type: InsightTypeId;
  subject: PanelState['subject'];
}): JSX.Element {
  const { t, counted } = useWords();
  const title = <h1>{t(`type.${type}`)}</h1>;
  if (subject === null) return <div class="subject">{title}</div>;
  return (
    <div class="subject">
      {title}
      <dl>
        <div>
          <dt class="sr-only">{t('subject.list')}</dt>
          <dd>
            <b>{subject.listName}</b> · {subject.toolLabel} · {counted('subject.keywords', subject.rows)}
          </dd>
        </div>
        <div>
          <dt>{t('subject.market')}</dt>
          <dd>{subject.market}</dd>
        </div>
        <div>
          <dt>{t('subject.product')}</dt>
          <dd>{subject.product ?? t('subject.noProduct')}</dd>
        </div>
      </dl>
    </div>
  );
}

/** What can be done with a finished insight. */
export function Toolbar({ canInsert, post }: { canInsert: boolean; post: Post }): JSX.Element {
  const { t } = useWords();
  return (
    <div class="toolbar" role="group" aria-label={t('toolbar.label')}>
      <Tool
        icon="refresh"
        label={t('toolbar.askAgain')}
        hint={t('toolbar.askAgainHint')}
        onPress={() => post({ type: 'askAgain' })}
      />
      <Tool
        icon="insert"
        label={t('toolbar.insert')}
        hint={t(canInsert ? 'toolbar.insertHint' : 'toolbar.insertNoEditor')}
        disabled={!canInsert}
        onPress={() => post({ type: 'insert' })}
      />
      <Tool
        icon="markdown"
        label={t('toolbar.copyMarkdown')}
        onPress={() => post({ type: 'copyMarkdown' })}
      />
      <Tool
        icon="tags"
        label={t('toolbar.copyTags')}
        hint={t('toolbar.copyTagsHint')}
        onPress={() => post({ type: 'copyTags' })}
      />
    </div>
  );
}

/** A disabled tool stays in reach of the keyboard, so that its reason can be read. */
function Tool({
  icon,
  label,
  hint,
  disabled = false,
  onPress,
}: {
  icon: IconName;
  label: string;
  hint?: string;
  disabled?: boolean;
  onPress: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="tool"
      title={hint}
      aria-disabled={disabled}
      onClick={() => {
        if (!disabled) onPress();
      }}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
}

export const TAB_PANEL_ID = 'insight';
export const tabId = (type: InsightTypeId): string => `tab-${type}`;

/** The four insights of one list. Arrow keys move, Enter or Space chooses: choosing asks the extension. */
export function Tabs({ selected, post }: { selected: InsightTypeId; post: Post }): JSX.Element {
  const { t } = useWords();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const here = buttons.findIndex((button) => button === document.activeElement);
    const target = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    buttons.at(target % buttons.length)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t('tabs.label')} ref={list} onKeyDown={onKeyDown}>
      {INSIGHT_TYPES.map((type) => (
        <button
          key={type}
          type="button"
          role="tab"
          id={tabId(type)}
          aria-controls={TAB_PANEL_ID}
          aria-selected={type === selected}
          tabIndex={type === selected ? 0 : -1}
          onClick={() => post({ type: 'tab', insightType: type })}
        >
          <Icon name={type} />
          {t(`tab.${type}`)}
        </button>
      ))}
    </div>
  );
}

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelView } from '../protocol/messages.ts';
import { Icon } from './icons.tsx';
import { useWords } from './words.tsx';

type ResultView = Extract<PanelView, { kind: 'result' }>;
type Rating = ResultView['rating'];

interface Saved {
  readonly rating: Rating;
  readonly note: string | null;
}

const CHOICES = ['positive', 'neutral', 'negative'] as const;
/** What a rating message carries at most, in UTF-16 units. */
const NOTE_LENGTH = 2000;

/**
 * Thumbs and an optional note. What the user chose shows at once; "Saved" only when the extension says the
 * same. Give it the insight's id as key: a rating belongs to one insight.
 */
export function RatingForm({
  view,
  onRate,
}: {
  view: ResultView;
  onRate: (rating: Rating, note: string | null) => void;
}): JSX.Element {
  const { t } = useWords();
  const [sent, setSent] = useState<Saved | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const saved: Saved = { rating: view.rating, note: view.note };
  const current = sent ?? saved;
  const draft = typed ?? view.note ?? '';
  const note = draft.trim() === '' ? null : draft.trim();

  // Beside the state, because leaving fires both the text field's blur and the clean-up below, without a render
  // in between.
  const lastSent = useRef<Saved | null>(null);
  const rate = (rating: Rating, withNote: string | null): void => {
    lastSent.current = { rating, note: withNote };
    setSent(lastSent.current);
    onRate(rating, withNote);
  };
  const saveNote = (): void => {
    const last = lastSent.current ?? saved;
    if (last.rating !== null && note !== last.note) rate(last.rating, note);
  };

  // The note is also saved when the insight leaves the screen while it is being typed.
  const saveOnLeave = useRef(saveNote);
  saveOnLeave.current = saveNote;
  useEffect(() => () => saveOnLeave.current(), []);

  if (!view.rateable) return <p class="rating fine">{t('rating.impossible')}</p>;
  return (
    <form
      class="rating"
      onSubmit={(event) => {
        event.preventDefault();
        saveNote();
      }}
    >
      <fieldset>
        <legend>{t('rating.question')}</legend>
        {CHOICES.map((choice) => (
          <label key={choice} class={current.rating === choice ? 'choice chosen' : 'choice'}>
            <input
              type="radio"
              name="rating"
              value={choice}
              checked={current.rating === choice}
              onChange={() => rate(choice, note)}
            />
            <Icon name={choice} />
            {t(`rating.${choice}`)}
          </label>
        ))}
      </fieldset>
      {current.rating !== null && (
        <div class="note">
          <label for="rating-note">{t('rating.note')}</label>
          <textarea
            id="rating-note"
            rows={2}
            maxLength={NOTE_LENGTH}
            value={draft}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onBlur={saveNote}
          />
          <div class="buttons">
            <vscode-button secondary onClick={saveNote}>
              {t('rating.save')}
            </vscode-button>
            <button
              type="button"
              class="link"
              onClick={() => {
                setTyped('');
                rate(null, null);
              }}
            >
              {t('rating.withdraw')}
            </button>
          </div>
        </div>
      )}
      <p class="fine" role="status">
        {sent !== null && t(isSame(sent, saved) ? 'rating.saved' : 'rating.saving')}
      </p>
    </form>
  );
}

function isSame(a: Saved, b: Saved): boolean {
  return a.rating === b.rating && a.note === b.note;
}

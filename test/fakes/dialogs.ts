import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type {
  Answer,
  Choice,
  Dialogs,
  InputQuestion,
  Message,
  PickQuestion,
  SaveQuestion,
} from '../../src/host/dialogs.ts';

type Reply = 'back' | 'cancel' | { readonly type: string } | { readonly pick: string | readonly string[] };

/**
 * A user who answers questions in the order told, and refuses to answer any that was not expected. Messages are
 * remembered; their buttons are pressed as told, by a part of the message's text.
 */
export class ScriptedDialogs implements Dialogs {
  readonly asked: (PickQuestion<unknown> | InputQuestion)[] = [];
  readonly messages: { readonly message: Message; readonly buttons: readonly string[] }[] = [];
  browsed: readonly vscode.Uri[] | undefined;
  /** Where files are saved; undefined: the dialog is left. */
  saved: vscode.Uri | undefined;
  readonly saves: SaveQuestion[] = [];
  readonly #replies: Reply[] = [];
  readonly #presses: { readonly part: string; readonly button: string }[] = [];

  /** Types into the next input box. */
  type(text: string): this {
    this.#replies.push({ type: text });
    return this;
  }

  /** Picks by label (or several) in the next pick. */
  pick(label: string | readonly string[]): this {
    this.#replies.push({ pick: label });
    return this;
  }

  back(): this {
    this.#replies.push('back');
    return this;
  }

  cancel(): this {
    this.#replies.push('cancel');
    return this;
  }

  /** Presses a button of every message that holds this text. */
  press(part: string, button: string): this {
    this.#presses.push({ part, button });
    return this;
  }

  /** The texts of messages, with their details. */
  get said(): string[] {
    return this.messages.map(({ message }) => [message.text, message.detail].filter(Boolean).join('\n'));
  }

  /** Throws when something was expected to be asked and was not. */
  assertDone(): void {
    assert.deepEqual(this.#replies, [], 'not every answer was asked for');
  }

  pickOne<T>(question: PickQuestion<T>): Promise<Answer<T>> {
    const reply = this.#next(question);
    if (typeof reply === 'string') return Promise.resolve(ended(reply));
    assert.ok('pick' in reply && typeof reply.pick === 'string', `${question.title}: a pick was asked for`);
    return Promise.resolve({ kind: 'answer', value: choose(question, reply.pick) });
  }

  pickMany<T>(question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const reply = this.#next(question);
    if (typeof reply === 'string') return Promise.resolve(ended(reply));
    assert.ok('pick' in reply && typeof reply.pick !== 'string', `${question.title}: several were asked for`);
    const labels = reply.pick;
    return Promise.resolve({ kind: 'answer', value: labels.map((label) => choose(question, label)) });
  }

  input(question: InputQuestion): Promise<Answer<string>> {
    const reply = this.#next(question);
    if (typeof reply === 'string') return Promise.resolve(ended(reply));
    assert.ok('type' in reply, `${question.title}: an input was asked for`);
    const refusal = question.check?.(reply.type);
    assert.notEqual(refusal?.severity, 'error', `“${reply.type}” was refused: ${refusal?.text ?? ''}`);
    return Promise.resolve({ kind: 'answer', value: reply.type });
  }

  browse(): Promise<readonly vscode.Uri[] | undefined> {
    return Promise.resolve(this.browsed);
  }

  browseLogs(): Promise<readonly vscode.Uri[] | undefined> {
    return Promise.resolve(this.browsed);
  }

  saveFile(question: SaveQuestion): Promise<vscode.Uri | undefined> {
    this.saves.push(question);
    return Promise.resolve(this.saved);
  }

  message(message: Message, buttons: readonly string[]): Promise<string | undefined> {
    this.messages.push({ message, buttons });
    const text = `${message.text}\n${message.detail ?? ''}`;
    const press = this.#presses.find(({ part }) => text.includes(part));
    if (press === undefined) return Promise.resolve(undefined);
    const button = buttons.find((label) => label.includes(press.button));
    assert.ok(button !== undefined, `no button “${press.button}” among ${buttons.join(', ')}`);
    return Promise.resolve(button);
  }

  #next(question: PickQuestion<unknown> | InputQuestion): Reply {
    this.asked.push(question);
    const reply = this.#replies.shift();
    assert.ok(reply !== undefined, `nothing was to be asked, but: ${question.title}: ${wordsOf(question)}`);
    return reply;
  }
}

const ended = (reply: 'back' | 'cancel'): Answer<never> => ({
  kind: reply === 'back' ? 'back' : 'cancelled',
});

function wordsOf(question: PickQuestion<unknown> | InputQuestion): string {
  return 'prompt' in question ? question.prompt : question.placeholder;
}

function choose<T>(question: PickQuestion<T>, label: string): T {
  const found = question.choices.find(
    (choice): choice is Choice<T> => 'value' in choice && choice.label.includes(label),
  );
  assert.ok(
    found !== undefined,
    `no “${label}” among ${question.choices.map((choice) => choice.label).join(', ')}`,
  );
  return found.value;
}

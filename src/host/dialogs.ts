import * as vscode from 'vscode';

/** Where a question stands in a sequence. */
export interface Step {
  readonly title: string;
  /** 1-based; absent for a question of its own. */
  readonly step?: number;
  readonly totalSteps?: number;
  /** Whether there is a question before it to go back to. */
  readonly canGoBack?: boolean;
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}
/** A line between choices. */
export interface Divider extends vscode.QuickPickItem {
  readonly kind: vscode.QuickPickItemKind.Separator;
}

export interface PickQuestion<T> extends Step {
  readonly placeholder: string;
  readonly choices: readonly (Choice<T> | Divider)[];
}

export interface InputQuestion extends Step {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  /** Says what is wrong (`error` cannot be accepted, `warning` can); null when nothing is. */
  readonly check?: (text: string) => { readonly severity: 'error' | 'warning'; readonly text: string } | null;
}

export interface Message {
  readonly kind: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly detail?: string;
  /** Only where nothing can go on without an answer. */
  readonly modal?: boolean;
}

export type Answer<T> =
  { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'cancelled' };

export interface SaveQuestion {
  readonly title: string;
  /** What is suggested. */
  readonly file: vscode.Uri;
  /** Of the kind of file, with its ending without the dot. */
  readonly label: string;
  readonly extension: string;
}

/** How the user is asked. A port, because a test cannot type into VS Code's inputs. */
export interface Dialogs {
  pickOne<T>(question: PickQuestion<T>): Promise<Answer<T>>;
  pickMany<T>(question: PickQuestion<T>): Promise<Answer<readonly T[]>>;
  input(question: InputQuestion): Promise<Answer<string>>;
  /** Files of the user's choice; undefined when none was chosen. */
  browse(title: string, extensions: readonly string[]): Promise<readonly vscode.Uri[] | undefined>;
  /** Logs of others: folders, or files; undefined when none was chosen. */
  browseLogs(title: string, folders: boolean): Promise<readonly vscode.Uri[] | undefined>;
  /** Where to write a file; undefined when the user left. */
  saveFile(question: SaveQuestion): Promise<vscode.Uri | undefined>;
  /** Resolves to the label of the button, undefined when dismissed. */
  message(message: Message, buttons: readonly string[]): Promise<string | undefined>;
}

const CANCELLED = { kind: 'cancelled' } as const;
const BACK = { kind: 'back' } as const;

/** VS Code's own inputs. */
export class EditorDialogs implements Dialogs {
  async pickOne<T>(question: PickQuestion<T>): Promise<Answer<T>> {
    const picked = await this.#pick(question, false);
    if (picked.kind !== 'answer') return picked;
    const [first] = picked.value;
    return first === undefined ? CANCELLED : { kind: 'answer', value: first };
  }

  async pickMany<T>(question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const picked = await this.#pick(question, true);
    return picked.kind === 'answer' && picked.value.length === 0 ? CANCELLED : picked;
  }

  #pick<T>(question: PickQuestion<T>, many: boolean): Promise<Answer<readonly T[]>> {
    const picker = vscode.window.createQuickPick<Choice<T> | Divider>();
    picker.items = question.choices;
    picker.placeholder = question.placeholder;
    picker.canSelectMany = many;
    picker.matchOnDescription = true;
    return show(picker, question, () =>
      picker.selectedItems.flatMap((item) => ('value' in item ? [item.value] : [])),
    );
  }

  input(question: InputQuestion): Promise<Answer<string>> {
    const box = vscode.window.createInputBox();
    box.prompt = question.prompt;
    box.password = question.password ?? false;
    if (question.placeholder !== undefined) box.placeholder = question.placeholder;
    if (question.value !== undefined) box.value = question.value;
    const check = (text: string): boolean => {
      const found = question.check?.(text) ?? null;
      if (found === null) {
        box.validationMessage = '';
        return true;
      }
      const error = found.severity === 'error';
      const severity = error
        ? vscode.InputBoxValidationSeverity.Error
        : vscode.InputBoxValidationSeverity.Warning;
      box.validationMessage = { message: found.text, severity };
      return !error;
    };
    box.onDidChangeValue((text) => {
      check(text);
    });
    return show(box, question, () => (check(box.value) ? box.value : undefined));
  }

  async browse(title: string, extensions: readonly string[]): Promise<readonly vscode.Uri[] | undefined> {
    return vscode.window.showOpenDialog({
      title,
      canSelectMany: true,
      filters: { [vscode.l10n.t('Keyword lists')]: [...extensions], [vscode.l10n.t('All files')]: ['*'] },
    });
  }

  async browseLogs(title: string, folders: boolean): Promise<readonly vscode.Uri[] | undefined> {
    return vscode.window.showOpenDialog({
      title,
      canSelectMany: true,
      canSelectFolders: folders,
      canSelectFiles: !folders,
      ...(folders ? {} : { filters: { [vscode.l10n.t('Logs')]: ['db', 'json', 'jsonl', 'csv'] } }),
    });
  }

  async saveFile({ title, file, label, extension }: SaveQuestion): Promise<vscode.Uri | undefined> {
    return vscode.window.showSaveDialog({ title, defaultUri: file, filters: { [label]: [extension] } });
  }

  async message(
    { kind, text, detail, modal = false }: Message,
    buttons: readonly string[],
  ): Promise<string | undefined> {
    const options = { modal, ...(detail === undefined ? {} : { detail }) };
    switch (kind) {
      case 'info':
        return vscode.window.showInformationMessage(text, options, ...buttons);
      case 'warning':
        return vscode.window.showWarningMessage(text, options, ...buttons);
      case 'error':
        return vscode.window.showErrorMessage(text, options, ...buttons);
    }
  }
}

type Input = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

/** Shows an input until it is accepted, left or gone back from. `read` gives undefined to stay open. */
function show<T>(
  input: (vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] }) &
    Pick<Input, 'onDidHide'> & {
      readonly onDidAccept: vscode.Event<void>;
      readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
    },
  step: Step,
  read: () => T | undefined,
): Promise<Answer<T>> {
  input.title = step.title;
  input.step = step.step;
  input.totalSteps = step.totalSteps;
  input.ignoreFocusOut = true;
  if (step.canGoBack === true) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise<Answer<T>>((resolve) => {
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve(BACK);
    });
    input.onDidAccept(() => {
      const value = read();
      if (value !== undefined) resolve({ kind: 'answer', value });
    });
    input.onDidHide(() => resolve(CANCELLED));
    input.show();
  }).finally(() => input.dispose());
}

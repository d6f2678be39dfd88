import { errors, type Locator, type Page } from 'playwright-core';

const PATIENCE_MS = 30_000;
/** How long one attempt to type into the palette may take. */
const ATTEMPT_MS = 3000;

/** VS Code's quick picks and input boxes; there is one at a time. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #widget(): Locator {
    return this.#page.locator('.quick-input-widget');
  }

  /** The line one types in. */
  get box(): Locator {
    return this.#widget.locator('.quick-input-box input');
  }

  /** The rows offered now. A long list holds only those in sight. */
  get rows(): Locator {
    return this.#widget.locator('.quick-input-list .monaco-list-row');
  }

  /** Opens the command palette with this in it; without a `>` it looks for files. */
  async openPalette(text: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.#page.keyboard.press('F1');
        await this.box.fill(text, { timeout: ATTEMPT_MS });
        return;
      } catch (error) {
        // A window that is still starting may take no keys yet, or close what was opened in it.
        if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
      }
    }
  }

  /** The title over the input, once there is one that holds `text`. */
  async titled(text: string): Promise<void> {
    await this.#widget.locator('.quick-input-title', { hasText: text }).waitFor();
  }

  /** Whether it is open with this in its line. */
  async holds(text: string): Promise<boolean> {
    return (await this.box.isVisible()) && (await this.box.inputValue()) === text;
  }

  async type(text: string): Promise<void> {
    await this.box.fill(text);
  }

  async labels(): Promise<string[]> {
    await this.rows.first().waitFor();
    // The second line of an entry, its detail, is built like the first.
    const names = this.rows.locator('.quick-input-list-row:first-child .label-name');
    return (await names.allTextContents()).map((label) => label.trim());
  }

  /** The row with exactly this label. */
  row(label: string): Locator {
    const escaped = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const name = this.#page.locator('.label-name', { hasText: new RegExp(`^\\s*${escaped}\\s*$`) });
    return this.rows.filter({ has: name }).first();
  }

  /** Picks the row with exactly this label. In a long list, `type` some of it first. */
  async choose(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Ticks rows where several may be picked, and accepts. */
  async chooseSeveral(labels: readonly string[]): Promise<void> {
    for (const label of labels) await this.choose(label);
    await this.accept();
  }

  /** Fills an input box and accepts it. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.accept();
  }

  async accept(): Promise<void> {
    await this.box.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.box.press('Escape');
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** Waits until the line under the input, its prompt or what a validation says, holds `text`. */
  async says(text: string | RegExp): Promise<void> {
    await this.#widget.locator('.quick-input-message', { hasText: text }).waitFor();
  }
}

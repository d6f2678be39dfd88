import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

const PATIENCE_MS = 30_000;

/** The insights panel as its reader sees it. VS Code makes its frame anew at will, so each look starts from the page. */
export class InsightPanel {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** The first visible element that matches, in whichever frame the panel is now; waits for it. */
  async find(selector: string, text?: string | RegExp): Promise<Locator> {
    const { page } = this.#workbench;
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      for (const frame of page.frames()) {
        if (frame === page.mainFrame()) continue;
        const found = frame
          .locator(`.panel ${selector}`, text === undefined ? {} : { hasText: text })
          .first();
        // A frame that is going away has nothing to show.
        if (await found.isVisible().catch(() => false)) return found;
      }
      await page.waitForTimeout(50);
    }
    throw new assert.AssertionError({
      message: `The panel never showed ${selector}${text === undefined ? '' : ` with ${String(text)}`}:\n${await this.text()}`,
    });
  }

  /** Everything that is written in the panel now. */
  async text(): Promise<string> {
    const { page } = this.#workbench;
    const texts = await Promise.all(
      page
        .frames()
        .filter((frame) => frame !== page.mainFrame())
        .map((frame) =>
          frame
            .locator('.panel')
            .innerText({ timeout: 500 })
            .catch(() => ''),
        ),
    );
    return texts.join('\n').trim();
  }

  async press(selector: string, text?: string | RegExp): Promise<void> {
    await (await this.find(selector, text)).click();
  }

  /** Chooses one of the four insights by the name of its tab. */
  async openTab(name: string): Promise<void> {
    await this.press('.tabs button', name);
    await this.find('.tabs [aria-selected=true]', name);
  }

  /** The terms shown in a section, with the figures beside each. */
  async terms(selector: string): Promise<{ term: string; figures: string }[]> {
    const first = await this.find(`${selector} .term`);
    const items = first.locator(`xpath=ancestor::*[self::ol or self::ul or self::tbody][1]/*`);
    return Promise.all(
      (await items.all()).map(async (item) => ({
        term: (await item.locator('.term').first().innerText()).trim(),
        figures: (await item.locator('.figures').first().innerText()).trim().replaceAll('\n', ' · '),
      })),
    );
  }
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { PanelState } from '../../src/protocol/messages.ts';
import { PanelBrowser, type PanelPage } from './panel/harness.ts';
import {
  comparison,
  computedResult,
  EMPTY,
  FAILED,
  modelResult,
  NOTICE,
  OLD_ID,
  RESULT_ID,
  resultView,
  RUNNING,
  state,
  WAITING,
} from './panel/states.ts';
import { THEMES } from './panel/themes.ts';

const BRIEF = state(resultView(modelResult('market_brief')));

/** Every state of the panel, by the name of its picture. */
const STATES: Readonly<Record<string, PanelState>> = {
  brief: BRIEF,
  computed: state(resultView(computedResult('market_brief'), { rating: 'positive', note: 'Good tags.' }), {
    notice: NOTICE,
    canInsert: false,
  }),
  radar: state(resultView(modelResult('opportunity_radar'))),
  ads: state(resultView(modelResult('ad_insight'))),
  risks: state(resultView(modelResult('risk_sentinel'))),
  empty: EMPTY,
  'not-run': state({ kind: 'not-run' }, { type: 'ad_insight' }),
  waiting: state(WAITING),
  running: state(RUNNING),
  error: state(FAILED),
  comparing: state(comparison(null)),
  compared: state(comparison(1)),
};

describe('the panel, in a browser without an editor', function () {
  this.timeout(60_000);
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.launch();
  });
  after(() => browser.close());

  /** Runs with a fresh page and checks that the browser had nothing to refuse or report. */
  async function onPage(
    work: (panel: PanelPage) => Promise<void>,
    theme: (typeof THEMES)[number] = THEMES[0],
    width?: number,
  ): Promise<void> {
    const panel = await browser.open(theme, width);
    try {
      await work(panel);
      assert.deepEqual(await panel.complaints(), []);
    } finally {
      await panel.page.context().close();
    }
  }

  describe('is readable by everybody', () => {
    for (const theme of THEMES) {
      for (const width of [350, 1200]) {
        it(`in the theme ${theme.name}, ${width} pixels wide`, () =>
          onPage(
            async (panel) => {
              for (const [name, shown] of Object.entries(STATES)) {
                await panel.show(shown);
                await panel.page.evaluate(
                  "document.querySelectorAll('details').forEach((d) => { d.open = true; })",
                );
                assert.deepEqual(await panel.accessibility(), [], name);
                assert.equal(await panel.fits(), true, `${name} needs scrolling sideways`);
                assert.equal(await panel.page.locator('h1').count(), 1, `${name}: one main heading`);
                await panel.screenshot(`${name}-${theme.name}-${width}`);
              }
            },
            theme,
            width,
          ));
      }
    }
  });

  describe('talks with the extension', () => {
    it('says that it is ready, and shows nothing before it is told', () =>
      onPage(async (panel) => {
        assert.deepEqual(await panel.posted(), [{ type: 'ready' }]);
        assert.equal(await panel.page.locator('#root').innerText(), '');
      }));

    it('drops what is no message of the protocol', () =>
      onPage(async (panel) => {
        await panel.show(BRIEF);
        const before = await panel.page.locator('#root').innerHTML();
        for (const strange of [
          null,
          'state',
          { type: 'state', state: { type: 'market_brief' } },
          { type: 'eval' },
        ]) {
          await panel.send(strange);
        }
        assert.equal(await panel.page.locator('#root').innerHTML(), before);
      }));

    it('remembers which insight it showed last, also where there is none yet', () =>
      onPage(async (panel) => {
        await panel.show(BRIEF);
        assert.deepEqual(await panel.saved(), { version: 1, insightId: RESULT_ID });
        for (const without of [state(WAITING), state(FAILED), state({ kind: 'not-run' })]) {
          await panel.show(without);
          assert.deepEqual(await panel.saved(), { version: 1, insightId: RESULT_ID });
        }
        await panel.show(EMPTY);
        assert.deepEqual(await panel.saved(), { version: 1, insightId: null });
      }));

    it('speaks the language it is sent, and English where a word is missing', () =>
      onPage(async (panel) => {
        await panel.show(state({ kind: 'not-run' }));
        await panel.send({ type: 'strings', locale: 'de', strings: { 'notRun.run': '{0} erstellen' } });
        const button = panel.page.locator('.not-run vscode-button');
        assert.equal(await button.innerText(), 'Market Brief erstellen');
        assert.equal(await panel.page.locator('html').getAttribute('lang'), 'de');
        assert.match(await panel.page.locator('.not-run h2').innerText(), /has not been asked/);
      }));

    it('shows text as text, whatever it holds', () =>
      onPage(async (panel) => {
        const hostile = '<img src=x onerror="seen.errors.push(1)"> [link](https://example.com) <b>bold</b>';
        const result = modelResult('market_brief', {
          insight: { niche: hostile, summary: hostile, actions: [hostile] },
        });
        await panel.show(state(resultView(result)));
        assert.equal(await panel.page.locator('.summary').innerText(), hostile);
        assert.equal(await panel.page.locator('img, a, .summary b').count(), 0);
      }));
  });

  describe('does what is pressed', () => {
    const press = async (shown: PanelState, selector: string, name: string): Promise<unknown[]> => {
      let messages: unknown[] = [];
      await onPage(async (panel) => {
        await panel.show(shown);
        await panel.posted();
        // Forced, because a disabled tool still takes the click.
        await panel.page.locator(selector).getByText(name, { exact: true }).first().click({ force: true });
        messages = await panel.posted();
      });
      return messages;
    };

    it('tabs, tools, terms, past insights', async () => {
      assert.deepEqual(await press(BRIEF, '.tabs', 'Risks'), [{ type: 'tab', insightType: 'risk_sentinel' }]);
      assert.deepEqual(await press(BRIEF, '.toolbar', 'Ask again'), [{ type: 'askAgain' }]);
      assert.deepEqual(await press(BRIEF, '.toolbar', 'Insert'), [{ type: 'insert' }]);
      assert.deepEqual(await press(BRIEF, '.toolbar', 'Copy as Markdown'), [{ type: 'copyMarkdown' }]);
      assert.deepEqual(await press(BRIEF, '.toolbar', 'Copy tags'), [{ type: 'copyTags' }]);
      assert.deepEqual(await press(BRIEF, '.items', 'teacher candle gift'), [
        { type: 'openRow', term: 'teacher candle gift' },
      ]);
      assert.deepEqual(await press(BRIEF, '.history', 'mugs-february.xlsx · Amazon'), [
        { type: 'openHistory', id: OLD_ID },
      ]);
      assert.deepEqual(await press(BRIEF, '.history', 'Show more'), [{ type: 'moreHistory' }]);
    });

    it('run, cancel, and the buttons that the extension offers', async () => {
      assert.deepEqual(await press(state({ kind: 'not-run' }), 'main', 'Run Market Brief'), [
        { type: 'run' },
      ]);
      assert.deepEqual(await press(state(RUNNING), 'main', 'Cancel'), [{ type: 'cancel' }]);
      assert.deepEqual(await press(state(FAILED), 'main', 'Make a token'), [
        { type: 'action', action: 'openTokenPage' },
      ]);
      assert.deepEqual(await press(STATES['computed']!, '.notice', 'Set Hugging Face Token'), [
        { type: 'action', action: 'setToken' },
      ]);
      assert.deepEqual(await press(EMPTY, 'main', 'Choose a keyword list…'), [
        { type: 'action', action: 'pickList' },
      ]);
    });

    it('nothing where there is no editor to insert into', async () => {
      assert.deepEqual(await press(STATES['computed']!, '.toolbar', 'Insert'), []);
    });
  });

  describe('works by keyboard', () => {
    it('moves between the tabs by arrows and chooses by Enter', () =>
      onPage(async (panel) => {
        await panel.show(BRIEF);
        await panel.posted();
        await panel.page.locator('[role=tab]').first().focus();
        for (const key of ['ArrowRight', 'ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) {
          await panel.page.keyboard.press(key);
        }
        await panel.page.keyboard.press('Enter');
        assert.deepEqual(await panel.posted(), [{ type: 'tab', insightType: 'ad_insight' }]);
      }));

    it('keeps its place when the pressed button goes away', () =>
      onPage(async (panel) => {
        await panel.show(state({ kind: 'not-run' }));
        await panel.page.locator('.not-run vscode-button').focus();
        await panel.page.keyboard.press('Enter');
        await panel.show(state(WAITING));
        assert.equal(await panel.page.evaluate('document.activeElement.id'), 'insight');
        await panel.page.keyboard.press('Tab');
        await panel.page.keyboard.press('Enter');
        assert.deepEqual((await panel.posted()).slice(1), [{ type: 'run' }, { type: 'cancel' }]);
      }));

    it('opens the numbers behind the chart', () =>
      onPage(async (panel) => {
        await panel.show(BRIEF);
        await panel.page.locator('.chart summary').focus();
        await panel.page.keyboard.press('Enter');
        const first = panel.page.locator('.chart tbody tr').first();
        assert.deepEqual(await first.locator('th, td').allInnerTexts(), [
          '1',
          'soy candle gift set',
          '82',
          '22',
          '2,840',
          '12,400',
        ]);
      }));
  });

  describe('is honest about its answers', () => {
    it('names who answered, what was dropped and which numbers are not from the list', () =>
      onPage(async (panel) => {
        await panel.show(BRIEF);
        const line = await panel.page.locator('.provenance').innerText();
        for (const part of [
          'meta-llama/Llama-3.1-8B-Instruct',
          'nscale',
          '8 of 9 terms',
          '$0.000088',
          'beeswax',
        ]) {
          assert.ok(line.includes(part), `${part} is missing in: ${line}`);
        }
        assert.deepEqual(await panel.page.locator('mark.foreign').allTextContents(), [
          '35%† (not from the list) ',
        ]);
        await panel.show(state(resultView(computedResult('market_brief'))));
        assert.match(
          await panel.page.locator('.provenance').innerText(),
          /^Computed by the built-in analyst, no language model/,
        );
      }));

    it('says that a cached answer cost nothing', () =>
      onPage(async (panel) => {
        const cache = { hit: true, expiresAt: '2026-03-03T09:15:00Z' };
        await panel.show(state(resultView(modelResult('market_brief', { cache }))));
        const line = await panel.page.locator('.provenance .parts').innerText();
        assert.match(line, /From the cache.*no cost/s);
      }));

    it('labels an assumed cost per click, and no other', () =>
      onPage(async (panel) => {
        await panel.show(STATES['ads']!);
        const costs = await panel.page.locator('.split tbody td:nth-child(4)').allInnerTexts();
        assert.deepEqual(
          costs.map((text) => text.includes('assumed')),
          [false, false, true, true],
        );
      }));

    it('says that a damaged answer cannot be shown', () =>
      onPage(async (panel) => {
        await panel.show(state(resultView(modelResult('market_brief', { insight: 'gone' }))));
        assert.match(await panel.page.locator('[role=alert]').innerText(), /damaged/);
      }));

    it('marks what is unfinished and shows only whole items of it', () =>
      onPage(async (panel) => {
        await panel.show(state(RUNNING));
        assert.match(await panel.page.locator('.unfinished').innerText(), /^Still being written/);
        assert.deepEqual(await panel.page.locator('.items .term').allInnerTexts(), [
          'soy candle gift set',
          'hand poured candles',
        ]);
      }));

    it('announces start and end, and nothing in between', () =>
      onPage(async (panel) => {
        const announced = panel.page.locator('[role=status][aria-live]');
        await panel.show(state(WAITING));
        assert.equal(await announced.innerText(), 'Market Brief started.');
        await panel.show(state(RUNNING));
        assert.equal(await announced.innerText(), 'Market Brief started.');
        await panel.show(BRIEF);
        assert.equal(await announced.innerText(), 'Market Brief is ready.');
      }));
  });

  it('compares two answers without a word of who gave them, until one is picked', () =>
    onPage(async (panel) => {
      await panel.show(state(comparison(null)));
      const text = await panel.page.locator('.comparison').innerText();
      assert.doesNotMatch(text, /llama|novita|tokens|took/i);
      await panel.page.getByRole('button', { name: 'Answer B is better' }).click();
      assert.deepEqual((await panel.posted()).at(-1), { type: 'prefer', side: 1 });
      await panel.show(state(comparison(1)));
      assert.match(await panel.page.locator('.comparison-side.chosen').innerText(), /Your pick[\s\S]*Llama/);
      assert.equal(await panel.page.getByRole('button', { name: /is better/ }).count(), 0);
    }));

  it('sorts the radar, lowest competition first, what is unknown last', () =>
    onPage(async (panel) => {
      await panel.show(STATES['radar']!);
      const terms = panel.page.locator('.radar tbody .term');
      const sortBy = (name: string): Promise<void> =>
        panel.page.locator('.radar thead').getByText(name).click();
      await sortBy('Competition');
      assert.equal((await terms.allInnerTexts())[0], 'teacher candle gift');
      await sortBy('Momentum');
      const byMomentum = await terms.allInnerTexts();
      assert.deepEqual(
        [byMomentum.at(0), byMomentum.at(-1)],
        ['teacher candle gift', 'candle gift box for new home owners'],
      );
      const sorted = panel.page.locator('th[aria-sort=descending]');
      assert.match(await sorted.innerText(), /Momentum/);
    }));

  it('names a score that no term of the radar has, instead of a column of dashes', () =>
    onPage(async (panel) => {
      const scores = { demand: 0.8, momentum: null, competition: 0.2, novelty: 0.5, profit: null };
      const insight = { items: [{ term: 'soy candle gift set', scores, comment: '' }] };
      await panel.show(state(resultView(modelResult('opportunity_radar', { insight }))));
      assert.equal(await panel.page.locator('.radar td').count(), 3);
      assert.match(await panel.page.locator('.insight .fine').innerText(), /: Momentum, Profit\.$/);
    }));

  describe('is read from its top', () => {
    const scrolled = (panel: PanelPage): Promise<number> => panel.page.evaluate('Math.round(scrollY)');
    const scrollDown = (panel: PanelPage): Promise<void> => panel.page.evaluate('scrollTo(0, 200)');

    it('when another insight is opened, and when one begins', () =>
      onPage(async (panel) => {
        await panel.show(BRIEF);
        await scrollDown(panel);
        await panel.show(STATES['ads']!);
        assert.equal(await scrolled(panel), 0);
        await scrollDown(panel);
        await panel.show(state(RUNNING));
        assert.equal(await scrolled(panel), 0);
      }));

    it('and stays where its reader is when it ends, and when it is rated', () =>
      onPage(async (panel) => {
        // What is there so far is not tall.
        await panel.page.setViewportSize({ width: 1200, height: 300 });
        await panel.show(state(RUNNING));
        await scrollDown(panel);
        await panel.show(BRIEF);
        assert.equal(await scrolled(panel), 200);
        await panel.show({ ...BRIEF, canInsert: !BRIEF.canInsert });
        assert.equal(await scrolled(panel), 200);
      }));
  });

  describe('takes a rating', () => {
    const rated = (rating: 'positive' | 'negative' | null, note: string | null): PanelState =>
      state(resultView(modelResult('market_brief'), { rating, note }));

    it('with a note, and says "Saved" only when it is', () =>
      onPage(async (panel) => {
        await panel.show(rated(null, null));
        await panel.posted();
        await panel.page.getByLabel('Not useful').check();
        assert.deepEqual(await panel.posted(), [
          { type: 'rate', id: RESULT_ID, rating: 'negative', note: null },
        ]);
        const status = panel.page.locator('.rating [role=status]');
        assert.equal(await status.innerText(), 'Saving…');
        await panel.show(rated('negative', null));
        assert.equal(await status.innerText(), 'Saved');
        await panel.page.locator('textarea').fill('Too vague ');
        await panel.page.locator('textarea').blur();
        assert.deepEqual(await panel.posted(), [
          { type: 'rate', id: RESULT_ID, rating: 'negative', note: 'Too vague' },
        ]);
        await panel.show(rated('negative', 'Too vague'));
        assert.equal(await status.innerText(), 'Saved');
      }));

    it('back', () =>
      onPage(async (panel) => {
        await panel.show(rated('positive', 'Good tags.'));
        await panel.posted();
        await panel.page.getByText('Withdraw rating').click();
        assert.deepEqual(await panel.posted(), [{ type: 'rate', id: RESULT_ID, rating: null, note: null }]);
        assert.equal(await panel.page.locator('textarea').count(), 0);
      }));

    it('and keeps a note that was being typed when another insight was opened', () =>
      onPage(async (panel) => {
        await panel.show(rated('positive', null));
        await panel.posted();
        await panel.page.locator('textarea').pressSequentially('Half a thought');
        await panel.show(state(resultView(modelResult('market_brief', { id: OLD_ID }))));
        assert.deepEqual(await panel.posted(), [
          { type: 'rate', id: RESULT_ID, rating: 'positive', note: 'Half a thought' },
        ]);
      }));

    it('not when the insight was not logged', () =>
      onPage(async (panel) => {
        await panel.show(state(resultView(modelResult('market_brief'), { rateable: false })));
        assert.equal(await panel.page.locator('[type=radio]').count(), 0);
        assert.match(await panel.page.locator('.rating').innerText(), /not logged/);
      }));
  });
});

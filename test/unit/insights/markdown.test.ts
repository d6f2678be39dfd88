import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { tagLine } from '../../../src/insights/analyst/placing.ts';
import { INSIGHTS, insightType } from '../../../src/insights/index.ts';
import { escapeMarkdown } from '../../../src/insights/markdown-text.ts';
import { resultMarkdown, type MarkdownSource } from '../../../src/insights/markdown.ts';
import { INSIGHT_CATALOGUE, type InsightTypeId } from '../../../src/insights/catalogue.ts';
import { INPUT, insightOf, listOf, type Row } from '../../fakes/analysed-list.ts';

/** As lenient as a preview gets: raw HTML and bare addresses are taken up. */
const renderer = new MarkdownIt({ html: true, linkify: true, breaks: true });
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  'https://evil.example',
  'www.evil.example',
  'me@evil.example',
  '**bold** _it_ `code` ~~x~~',
  '| a | b |',
  '# heading',
  '- item',
  '1. item',
  '> quote',
  '\\',
  '\\[a](b)',
  '&lt;b&gt; &amp; &#60;',
  '```js',
  '---',
  '===',
  '<!-- x -->',
  '[ref]: https://evil.example',
  '\u202Eevil\u0000\r\nnext\n\n# line',
  '$\\href{javascript:x}{y}$',
];

/** What a reader sees of a paragraph, or null when there is more than a paragraph of text. */
function plainTextOf(markdown: string): string | null {
  const html = /^<p>([^<]*)<\/p>\n$/.exec(renderer.render(markdown))?.[1];
  return html === undefined
    ? null
    : html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

const sourceOf = (
  id: InsightTypeId,
  rows: readonly Row[],
  more: Partial<MarkdownSource> = {},
): MarkdownSource => {
  const list = listOf(rows, { currency: 'USD' });
  const type = insightType(id);
  const { insight, rows: found } = insightOf(type, list);
  return {
    type: id,
    insight,
    rows: [...found.values()],
    list: {
      name: list.name,
      toolLabel: list.toolLabel,
      rows: rows.length,
      currency: 'USD',
      dropped: [],
      notes: [],
    },
    input: { market: INPUT.market, product: null },
    model: { provider: 'builtin', id: 'analyst', servedBy: null, computed: true },
    grounding: { dropped: [], foreignNumbers: [] },
    notes: [],
    cache: { hit: false },
    generatedAt: '2026-09-23T10:00:00Z',
    ...more,
  };
};

const ROWS: readonly Row[] = Array.from({ length: 12 }, (_, index) => ({
  term: `${'abcdefghijkl'[index]!}mber candle`,
  demand: 1000 + index * 321,
  competition: 0.05 * index,
  trend: index / 10 - 0.5,
  cpc: 0.4 + index / 10,
}));

describe('escaped Markdown', () => {
  it('shows exactly the text, whatever it is', () => {
    for (const text of HOSTILE) {
      const shown = plainTextOf(escapeMarkdown(text));
      assert.notEqual(shown, null, `${text} → ${renderer.render(escapeMarkdown(text))}`);
    }
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 8 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.constantFrom('', ' '),
        (parts, separator) => {
          const escaped = escapeMarkdown(parts.join(separator));
          if (escaped === '') return;
          const html = renderer.render(`x ${escaped}`);
          assert.match(html, /^<p>[^<]*<\/p>\n$/, escaped);
          assert.match(renderer.render(escaped), /^<p>[^<]*<\/p>\n$/, escaped);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves usual text readable as it is', () => {
    for (const text of [
      'soy candle, 8 oz (set of 2) - gift',
      'Start with “soy candle”. It has 1,158 searches/month.',
      '$20.00 a day, up 12%',
    ]) {
      assert.equal(escapeMarkdown(text), text);
      assert.equal(plainTextOf(escapeMarkdown(text)), text);
    }
  });
});

describe('an insight as Markdown', () => {
  for (const type of INSIGHTS) {
    it(`${INSIGHT_CATALOGUE[type.id].title}: title, list, figures beside the terms, notes`, () => {
      const source = sourceOf(type.id, ROWS);
      const markdown = resultMarkdown(source);
      const html = renderer.render(markdown);
      assert.match(html, new RegExp(`^<h2>${INSIGHT_CATALOGUE[type.id].title}</h2>`));
      assert.match(html, /test\.csv/);
      assert.match(html, /Computed by the built-in analyst, no language model, 2026-09-23/);
      for (const term of type.tags(source.insight)) assert.ok(html.includes(term), term);
      assert.match(html, /searches\/month · (title density|difficulty) .* · CPC \$/);
      assert.doesNotMatch(markdown, /_[a-z]+_|undefined|null|NaN|\n{3}/);
    });

    it(`${INSIGHT_CATALOGUE[type.id].title}: nothing of a hostile list gets out of its place`, () => {
      const rows = HOSTILE.map((term, index) => ({
        term,
        demand: 100 + index,
        competition: 0.5,
        trend: -0.4,
      }));
      const markdown = resultMarkdown(
        sourceOf(type.id, rows, {
          notes: HOSTILE,
          grounding: { dropped: HOSTILE, foreignNumbers: HOSTILE.map((text) => ({ text })) },
          model: { provider: 'local', id: HOSTILE[0]!, servedBy: HOSTILE[1]!, computed: false },
        }),
      );
      const html = renderer.render(markdown);
      const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag));
      for (const tag of tags) {
        assert.ok(
          ['h2', 'h3', 'p', 'strong', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td'].includes(
            tag!,
          ),
          tag,
        );
      }
      const cells = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(
        ([, inner]) => inner!.match(/<t[hd]/g)?.length,
      );
      assert.ok(new Set(cells).size <= 2, 'every table keeps its columns');
    });
  }

  it('says who answered, what was left out and what is not from the list', () => {
    const markdown = resultMarkdown(
      sourceOf('opportunity_radar', ROWS, {
        model: {
          provider: 'huggingface',
          id: 'meta-llama/Llama-3.1-8B-Instruct',
          servedBy: 'novita',
          computed: false,
        },
        grounding: { dropped: ['moon candle'], foreignNumbers: [{ text: '5,000' }, { text: '5,000' }] },
        list: {
          name: 'a.csv',
          toolLabel: 'eRank',
          rows: 12,
          currency: null,
          dropped: [{ reason: 'totals row', count: 4 }],
          notes: ['A note.'],
        },
        cache: { hit: true },
      }),
    );
    assert.match(
      markdown,
      /Answered by huggingface\/meta-llama\/Llama-3\.1-8B-Instruct, served by novita, 2026-09-23, from the cache\./,
    );
    assert.match(markdown, /Left out, because it is not in the list: moon candle\./);
    assert.match(markdown, /Numbers that are not from the list: 5,000\./);
    assert.match(markdown, /4 totals rows/);
    assert.match(markdown, /A note\./);
  });
});

describe('a line of tags', () => {
  it('keeps to what the market takes', () => {
    const terms = ['soy candle', 'a term that is longer than twenty', 'wax, melt', 'soy candle'];
    assert.equal(tagLine(terms, { count: 13, length: 20 }), 'soy candle, wax melt');
    assert.equal(tagLine(terms, null), 'soy candle, a term that is longer than twenty, wax melt');
    assert.equal(tagLine(['a', 'b', 'c'], { count: 2, length: 20 }), 'a, b');
  });
});

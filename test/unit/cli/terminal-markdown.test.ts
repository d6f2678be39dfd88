import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import stringWidth from 'string-width';
import { clean, faint, renderMarkdown } from '../../../src/cli/terminal-markdown.ts';
import {
  bullets,
  escapeMarkdown,
  numbered,
  paragraphs,
  section,
  table,
} from '../../../src/insights/markdown-text.ts';

const plain = (markdown: string, width = 80): string => renderMarkdown(markdown, { width, colour: false });

describe('Markdown in the terminal', () => {
  it('is readable text', () => {
    const text = plain(
      paragraphs(
        '## Market Brief',
        '**List:** tables · *dim*',
        section('Actions', numbered(['Write **oak** first.', 'Then ash.'])),
        section('Risks', bullets(['one', 'two'])),
        '> quoted\n\n---',
      ),
      40,
    );
    assert.equal(
      text,
      [
        'Market Brief',
        'List: tables · dim',
        'ACTIONS',
        '  1. Write oak first.\n  2. Then ash.',
        'RISKS',
        '  • one\n  • two',
        '│ quoted',
        '─'.repeat(40),
        '',
      ]
        .join('\n\n')
        .replace(/\n\n$/, '\n'),
    );
  });

  it('sets tables in columns where they fit, and as blocks where they do not', () => {
    const markdown = table(
      ['Keyword', 'Why'],
      [['oak table', 'Much searched and little offered, so begin with it.']],
    );
    assert.equal(
      plain(markdown, 49),
      '  Keyword    Why\n  oak table  Much searched and little offered, so\n             begin with it.\n',
    );
    const long = table(
      ['Keyword', 'Why'],
      [['a keyword of a great many words', 'Much searched and little offered.']],
    );
    assert.equal(
      plain(long, 44),
      '  a keyword of a great many words\n    Much searched and little offered.\n',
    );
  });

  it('has no escape sequences without colour, and the same words with it', () => {
    const markdown = paragraphs('## Title', '**bold** `code`', section('Part', bullets(['*x*'])));
    const coloured = renderMarkdown(markdown, { width: 60, colour: true });
    assert.notEqual(coloured, plain(markdown, 60));
    assert.equal(stripVTControlCharacters(coloured), plain(markdown, 60));
    assert.equal(stripVTControlCharacters(faint('a line', { width: 60, colour: true })), 'a line');
  });

  it('shows any keyword as it is, lets no control character through, and keeps to the width', () => {
    const keyword = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 });
    const nasty = fc.constantFrom(
      '\u001b[2J',
      '\u009b31m',
      '\u0007',
      '\u001b]0;x\u0007',
      '[a](javascript:x)',
      '<b>',
      '| x |',
      '\r',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(keyword, nasty), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 40, max: 110 }),
        (parts, width) => {
          const words = escapeMarkdown(parts.join(' '));
          const text = plain(
            paragraphs(
              words,
              bullets([words]),
              table(['Keyword', 'Figures', 'Why'], [[words, words, words]]),
            ),
            width,
          );
          for (const line of text.split('\n')) {
            assert.doesNotMatch(line, /\p{Cc}/u);
          }
          for (const line of plain(bullets([words]), width).split('\n'))
            assert.ok(stringWidth(line) <= width, line);
        },
      ),
      { numRuns: 300 },
    );
    assert.equal(
      plain(bullets([escapeMarkdown('a|b *c* <d> [e](f) #1 $2')])),
      '  • a|b *c* <d> [e](f) #1 $2\n',
    );
  });

  it('cleans other lines as well', () => {
    assert.equal(clean('a\u001b[31mb\u009bc\nd\te'), 'a[31mbc\nd\te');
  });
});

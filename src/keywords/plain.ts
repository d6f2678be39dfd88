import Papa from 'papaparse';
import type { Draft } from './assemble.ts';
import { Drops, MAX_ROWS, MAX_TERM_LENGTH, TOO_LONG, TOO_MANY } from './drops.ts';
import { isTermName } from './guess.ts';
import type { TableOrigin } from './table.ts';
import { cleanTerm, termKey } from './term-key.ts';

/** `- term`, `* term`, `1. term`, `2) term`, `- [ ] term`. */
const ITEM = /^\s*(?:[-*+•‣◦·–—]\s+(?:\[[ xX]\]\s+)?|\d{1,6}[.)]\s+)(.*)$/;
/** `# comment` and Markdown headings, `// comment`; a tag such as `#boho` is none. */
const COMMENT = /^\s*(?:#{1,6}(?:\s|$)|\/\/)/;
const RULER = /^\s*(?:[-=*_~`]{3,}.*|<!--.*)$/;
/** What separates terms within a line. */
const SEPARATORS = /[,;\t，；、،|]/;

/**
 * Reads a list without columns: one term a line, or terms with commas between them; numbered, bulleted, quoted,
 * commented. Where most lines are list items (or it is a Markdown file with any), only the items are terms.
 */
export function readPlain(text: string, origin: TableOrigin): Draft {
  const drops = new Drops();
  const terms: string[] = [];
  const keys: string[] = [];
  const sourceRows: number[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  const itemsOnly = hasItems(lines, origin.name);
  let first = true;
  lines.forEach((line, at) => {
    if (line.trim() === '') return;
    if (COMMENT.test(line) || RULER.test(line)) {
      drops.add('comment line');
      return;
    }
    const item = ITEM.exec(line);
    if (itemsOnly && item === null) {
      drops.add('line outside the list');
      return;
    }
    if (first && isTermName(cleanTerm(line))) {
      first = false;
      drops.add('header line');
      return;
    }
    first = false;
    for (const piece of split(item?.[1] ?? line)) {
      const term = cleanTerm(unmark(piece));
      const key = termKey(term);
      if (key === '') drops.add('no keyword');
      else if (term.length > MAX_TERM_LENGTH) drops.add(TOO_LONG);
      else if (terms.length >= MAX_ROWS) drops.add(TOO_MANY);
      else {
        terms.push(term);
        keys.push(key);
        sourceRows.push(at + 1);
      }
    }
  });
  return {
    ...EMPTY_DRAFT,
    name: origin.name,
    encoding: origin.encoding,
    notes: [...origin.notes, 'A plain list: it has no figures, so demand and competition are not known.'],
    terms,
    keys,
    sourceRows,
    drops,
  };
}

const EMPTY_DRAFT = {
  tool: 'plain',
  toolLabel: 'Plain list',
  market: null,
  currency: null,
  delimiter: null,
  demand: null,
  competition: null,
  trend: null,
  cpc: null,
  clicks: null,
  engagement: null,
  series: null,
};

function hasItems(lines: readonly string[], name: string): boolean {
  const filled = lines.filter((line) => line.trim() !== '' && !COMMENT.test(line) && !RULER.test(line));
  const items = filled.filter((line) => ITEM.test(line)).length;
  return items >= filled.length * 0.6 || (items > 0 && /\.(?:md|markdown)$/i.test(name));
}

function split(line: string): readonly string[] {
  if (!SEPARATORS.test(line)) return [line];
  const quoted = line.includes('"') ? Papa.parse<string[]>(line, { delimiter: ',' }) : null;
  const pieces =
    quoted !== null && quoted.errors.length === 0 ? (quoted.data[0] ?? []) : line.split(SEPARATORS);
  return pieces.filter((piece) => piece.trim() !== '');
}

/** Takes Markdown's emphasis, code marks and links off a term. */
function unmark(piece: string): string {
  return piece
    .replace(/!?\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, '$2')
    .replace(/^\s*[*_](\S.*\S)[*_]\s*$/, '$1');
}

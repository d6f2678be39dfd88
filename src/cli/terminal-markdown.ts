import { styleText } from 'node:util';
import { lexer, type Token, type Tokens } from 'marked';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export interface TerminalStyle {
  /** Columns to wrap at. */
  readonly width: number;
  readonly colour: boolean;
}

/** How to write to a stream: in colour and to its width when a person looks at it, else plain and 100 columns wide. */
export function styleOf(stream: NodeJS.WriteStream): TerminalStyle {
  const colour = stream.isTTY && stream.hasColors() && process.env['NO_COLOR'] === undefined;
  return { width: Math.max(40, Math.min(stream.isTTY ? stream.columns : 100, 110)), colour };
}

/** Markdown as readable text for a terminal. Control characters of the text never reach the terminal. */
export function renderMarkdown(markdown: string, style: TerminalStyle): string {
  const paint = new Painter(style);
  return `${paint.blocks(lexer(markdown), style.width).join('\n\n')}\n`;
}

/** A line that stands back: dim where there is colour. */
export function faint(line: string, { width, colour }: TerminalStyle): string {
  const wrapped = wrap(clean(line), width);
  return colour ? styleText('dim', wrapped, { validateStream: false }) : wrapped;
}

/** Escape sequences in a keyword could rewrite the screen; tab and newline are all that is left of control characters. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Columns up to which a value of a table is told with its name. */
const SHORT = 24;

class Painter {
  readonly #colour: boolean;

  constructor({ colour }: TerminalStyle) {
    this.#colour = colour;
  }

  #paint(format: Parameters<typeof styleText>[0], text: string): string {
    return this.#colour ? styleText(format, text, { validateStream: false }) : text;
  }

  blocks(tokens: readonly Token[], width: number): string[] {
    return tokens.map((token) => this.#block(token, width)).filter((text) => text !== '');
  }

  #block(token: Token, width: number): string {
    switch (token.type) {
      case 'heading': {
        const text = this.inline(token.tokens ?? []);
        return (token as Tokens.Heading).depth <= 2
          ? this.#paint(['bold', 'cyan'], text)
          : this.#paint('bold', text.toUpperCase());
      }
      case 'paragraph':
      case 'text':
        return wrap(this.inline(token.tokens ?? [token]), width);
      case 'list':
        return this.#list(token as Tokens.List, width);
      case 'table':
        return this.#table(token as Tokens.Table, width);
      case 'blockquote':
        return indent(this.blocks(token.tokens ?? [], width - 2).join('\n\n'), '│ ');
      case 'hr':
        return this.#paint('dim', '─'.repeat(width));
      case 'space':
        return '';
      default:
        return wrap(clean(token.raw), width);
    }
  }

  #list(list: Tokens.List, width: number): string {
    const first = typeof list.start === 'number' ? list.start : 1;
    return list.items
      .map((item, index) => {
        const mark = list.ordered ? `${first + index}. ` : '• ';
        const body = this.blocks(item.tokens, width - mark.length - 2).join('\n');
        return indent(body, `  ${' '.repeat(mark.length)}`, `  ${mark}`);
      })
      .join('\n');
  }

  /** Columns side by side where they fit, else each row as a block of its own. */
  #table(table: Tokens.Table, width: number): string {
    const header = table.header.map((cell) => this.#paint('dim', this.inline(cell.tokens)));
    const rows = table.rows.map((row) => row.map((cell) => this.inline(cell.tokens)));
    const widths = header.map((name, column) =>
      Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map((cell) => stringWidth(cell))),
    );
    const gap = 2;
    const last = widths.length - 1;
    const before = widths.slice(0, last).reduce((sum, each) => sum + each + gap, 2);
    const room = width - before;
    if (room < 24 && room < (widths[last] ?? 0)) {
      return rows.map((row) => this.#card(row, header, width)).join('\n');
    }
    return [header, ...rows]
      .map((row) => {
        const start = row
          .slice(0, last)
          .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell) + gap))
          .join('');
        return indent(wrap(row[last] ?? '', room), ' '.repeat(before), `  ${start}`);
      })
      .map((line) => line.trimEnd())
      .join('\n');
  }

  /** Short values with their names on shared lines, then the long ones, each on lines of its own. */
  #card([first = '', ...others]: readonly string[], header: readonly string[], width: number): string {
    const isShort = (text: string): boolean => stringWidth(text) <= SHORT;
    const named = others.flatMap((text, at) => (isShort(text) ? [`${header[at + 1] ?? ''} ${text}`] : []));
    const lines = [named.join(' · '), ...others.filter((text) => !isShort(text))];
    return [
      `  ${this.#paint('bold', first)}`,
      ...lines.filter((text) => text !== '').map((text) => indent(wrap(text, width - 4), '    ')),
    ].join('\n');
  }

  inline(tokens: readonly Token[]): string {
    return tokens
      .map((token) => {
        switch (token.type) {
          case 'strong':
            return this.#paint('bold', this.inline(token.tokens ?? []));
          case 'em':
            return this.#paint('dim', this.inline(token.tokens ?? []));
          case 'codespan':
            return this.#paint('cyan', clean((token as Tokens.Codespan).text));
          case 'br':
            return '\n';
          case 'escape':
            return clean((token as Tokens.Escape).text);
          case 'text':
            return this.#children(token, (token as Tokens.Text).text);
          default:
            return this.#children(token, token.raw);
        }
      })
      .join('');
  }

  #children(token: Token, text: string): string {
    const { tokens } = token as { readonly tokens?: readonly Token[] };
    return tokens === undefined ? clean(text) : this.inline(tokens);
  }
}

/** The text without control characters; lines stay lines. */
export function clean(text: string): string {
  return text.replace(CONTROL, '');
}

function wrap(text: string, width: number): string {
  return wrapAnsi(text, Math.max(20, width), { hard: true, trim: true });
}

function indent(text: string, by: string, firstBy = by): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? firstBy : by) + line)
    .join('\n');
}

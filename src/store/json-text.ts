/** JSON that stays the text it is stored as: to parse it only to write it again would be most of the work. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A row as `JSON.stringify` writes it, with the text of each `JsonText` in its place. Names are those of columns, which
 * need no escaping; nothing in it is undefined.
 */
export function stringifyWithText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringifyWithText).join(',')}]`;
  let fields = '';
  for (const name of Object.keys(value)) {
    fields += `${fields === '' ? '' : ','}"${name}":${stringifyWithText((value as Record<string, unknown>)[name])}`;
  }
  return `{${fields}}`;
}

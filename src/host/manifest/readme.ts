import { SETTINGS, type SettingDefinition } from '../../configuration.ts';

const BEGIN = '<!-- settings:begin (npm run generate) -->';
const END = '<!-- settings:end -->';

/** The README with its table of settings made from the one list of them. Throws when its marks are gone. */
export function withSettingsTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md lacks the marks ${BEGIN} and ${END}.`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${table()}\n${readme.slice(end)}`;
}

function table(): string {
  const rows = Object.values(SETTINGS as Readonly<Record<string, SettingDefinition>>).map((setting) => [
    `\`lexybrain.${setting.key}\``,
    setting.description.replaceAll(/`#([\w.]+)#`/g, '`$1`'),
    setting.unit ?? '–',
    setting.scope,
    setting.default === null ? 'not set' : `\`${JSON.stringify(setting.default)}\``,
  ]);
  return [
    ['setting', 'what it does', 'unit', 'scope', 'default'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

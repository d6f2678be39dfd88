import type { KeywordFigures } from '../keywords/types.ts';

/** A number as it stands in a text, with everything it may mean. */
export interface WrittenNumber {
  readonly text: string;
  /** The value, once for each way its marks can be read: "1.203" is 1203 and 1.203; "63%" is 63 and 0.63. */
  readonly values: readonly {
    readonly value: number;
    /** Size of the last digit that counts. */ readonly unit: number;
  }[];
  /** Nothing but digits: no decimals, sign, percent, currency or suffix. */
  readonly bare: boolean;
  /** What stands before and after it, for telling what it counts. */
  readonly before: string;
  readonly after: string;
}

/** Digits of any script, grouped by , . ' (or their Arabic kin) or a space, with an optional decimal part. */
const NUMBER =
  /\p{Nd}{1,3}(?:[.,'’٬\u00A0\u2009\u202F ]\p{Nd}{2,3})*(?:[.,'’٬\u00A0\u2009\u202F ]\p{Nd}{3})(?:[.,٫]\p{Nd}+)?(?!\p{Nd})|\p{Nd}+(?:[.,٫]\p{Nd}+)?/gu;
const SUFFIX = /^\s?(k|thousand|m|mio|million|млн|тыс|mil|tsd)(?![\p{L}\p{N}])/iu;
const SUFFIX_VALUES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  тыс: 1e3,
  tsd: 1e3,
  mil: 1e3,
  m: 1e6,
  mio: 1e6,
  million: 1e6,
  млн: 1e6,
};
const CURRENCY = /[$€£¥₹₩₽₺]\s?$/u;

/** Every number written in a text. Numbers grown into words ("3D", "B2B", "A4") are part of the word. */
export function writtenNumbers(text: string): readonly WrittenNumber[] {
  const found: WrittenNumber[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(0, match.index - 24), match.index);
    let after = text.slice(end, end + 24);
    const suffix = SUFFIX.exec(after);
    if (
      suffix === null &&
      (/\p{L}$/u.test(before) || /^\p{L}/u.test(after)) &&
      !/^(st|nd|rd|th|x|er|°)/i.test(after)
    ) {
      continue;
    }
    const factor = SUFFIX_VALUES[suffix?.[1]?.toLowerCase() ?? ''] ?? 1;
    if (suffix !== null) after = after.slice(suffix[0].length);
    const percent = /^\s?[%٪％]/u.test(after);
    const digits = toAscii(match[0]);
    found.push({
      text: match[0] + (suffix?.[0] ?? '') + (percent ? '%' : ''),
      values: readings(digits, factor, percent),
      bare: /^\d+$/.test(digits) && suffix === null && !percent && !CURRENCY.test(before),
      before,
      after,
    });
  }
  return found;
}

/** Digits of every script as ASCII: the digits of a script stand in a row, so the zero is found by counting back. */
function toAscii(text: string): string {
  return text
    .replaceAll('٬', ',')
    .replaceAll('٫', '.')
    .replace(/\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0) ?? 0;
      let zero = code;
      while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
      return code < 128 ? digit : String((code - zero) % 10);
    });
}

function readings(digits: string, factor: number, percent: boolean): WrittenNumber['values'] {
  const spellings = new Set<string>();
  // The last group has three digits; Indian numbers have two in the others (12,34,567).
  const grouped = digits.replace(/[.,'’\s](?=(?:\d{2,3}[.,'’\s])*\d{3}(?!\d))/gu, '');
  spellings.add(grouped.replace(',', '.'));
  // "1.203" may also be a decimal number, but nobody writes "1.000" for one.
  if (/^\d+[.,]\d+$/.test(digits) && !/[.,]0+$/.test(digits)) spellings.add(digits.replace(',', '.'));
  return [...spellings].flatMap((spelling) => {
    const value = Number(spelling) * factor;
    const unit = lastPlace(spelling) * factor;
    return percent
      ? [
          { value, unit },
          { value: value / 100, unit: unit / 100 },
        ]
      : [{ value, unit }];
  });
}

/** Size of the last digit that counts: 0.1 for "1.2", 1 for "63"; zeros at the end of a whole number may be rounding. */
function lastPlace(spelling: string): number {
  const decimals = /\.(\d+)$/.exec(spelling)?.[1]?.length;
  if (decimals !== undefined) return 10 ** -decimals;
  return 10 ** Math.min(/0*$/.exec(spelling)?.[0].length ?? 0, Math.max(0, spelling.length - 1));
}

/**
 * Whether a written number can stand for a value: equal to it when rounded (up, down or to the nearest) to the last
 * digit that counts, and never off by more than 10 %. So 1,158 may be written 1158, 1.2K, 1,160, 1,100 or 1,200, but
 * not 1,000. A minus sign is not looked at: "a fall of 12%" is -0.12.
 */
export function standsFor(written: WrittenNumber, value: number): boolean {
  const target = Math.abs(value);
  return written.values.some(({ value: said, unit }) => {
    const distance = Math.abs(said - target);
    if (distance <= 1e-9 * Math.max(1, target)) return true;
    return (
      distance < unit && (unit <= 1 ? distance <= unit / 2 + 1e-9 || said >= 10 : distance <= target * 0.1)
    );
  });
}

/** Every value that a row's figures and scores may be written as. */
export function valuesOf(row: KeywordFigures): readonly number[] {
  const ratios = [
    row.trend,
    row.engagement,
    row.competition === null || row.competition.kind === 'count' ? null : row.competition.value,
    ...Object.values<number | null>({ ...row.scores }),
  ].filter((value) => typeof value === 'number');
  const plain = [row.demand?.value, row.competition?.value, row.cpc, row.clicks].filter(
    (value) => typeof value === 'number',
  );
  // Ratios are written as they are, in percent, or (a trend) as a multiple: +50 % is 1.5 times.
  return [
    ...plain,
    ...ratios.flatMap((ratio) => [ratio, ratio * 100]),
    ...(row.cpc === null ? [] : [row.cpc * 100]),
    ...(row.trend === null ? [] : [1 + row.trend]),
  ];
}

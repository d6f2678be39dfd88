import chardet from 'chardet';

/** Letters of the languages an encoding of a Latin script serves, without a-z. */
const LATIN: Readonly<Record<string, readonly string[]>> = {
  'windows-1252': [
    'àâæçéèêëîïôœùûüÿ', // French
    'äöüß', // German
    'áéíóúüñ', // Spanish
    'áâãàçéêíóôõú', // Portuguese
    'àèéìíòóùú', // Italian
    'åäöæøé', // Danish, Norwegian, Swedish, Finnish
    'éèëïöü', // Dutch
  ],
  'windows-1250': [
    'ąćęłńóśźż', // Polish
    'áäčďéěíĺľňóôŕřšťúůýž', // Czech, Slovak
    'áéíóöőúüű', // Hungarian
    'ăâîşţ', // Romanian
    'čćđšž', // Croatian, Slovenian
  ],
  'windows-1254': ['çğıi̇öşüâî'], // Turkish
  'windows-1257': ['ąčęėįšųūž', 'āčēģīķļņšūž', 'äõöüšž'], // Lithuanian, Latvian, Estonian
};

/** Letters of other scripts, the frequent ones of the language first: half of them make up most of any text. */
const ALPHABETS: Readonly<Record<string, string>> = {
  'windows-1251': 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ',
  'windows-1253': 'αοιετσνηυρπκμλςίάόγέήδωύχθφβώξζψϊϋΐΰ',
  'windows-1255': 'יוהלאתמרבנשקדעחפגטסכצזםןץךף',
  'windows-1256': 'المينرتوبعدسفهكقحجةشطصخأذءزضغثئآىؤظإ',
  'windows-874': 'านรอกเงคมยลวดทสตะปบหแจพขใชไโผซธณศัิ่ีู้ำุ์็ึืั',
};

/** Where an East Asian encoding keeps its everyday characters: ranges of the first byte of two. */
const EVERYDAY: Readonly<Record<string, readonly (readonly [from: number, to: number])[]>> = {
  shift_jis: [[0x81, 0x83], [0x88, 0x97]],
  gb18030: [[0xa1, 0xa3], [0xb0, 0xd7]],
  big5: [[0xa1, 0xc6]],
  'euc-kr': [[0xa1, 0xa3], [0xb0, 0xc8]],
  'euc-jp': [[0xa1, 0xa5], [0xb0, 0xcf]],
}; // prettier-ignore

/** The same languages in the encodings that came before; their bytes differ enough to be told apart. */
const SAME_LETTERS_AS: Readonly<Record<string, string>> = {
  'koi8-r': 'windows-1251',
  'iso-8859-2': 'windows-1250',
  macintosh: 'windows-1252',
};

/** The likelier first: that one is taken where several read the bytes equally well. */
const CANDIDATES = [
  'windows-1252', 'windows-1250', 'windows-1251', 'shift_jis', 'euc-kr', 'gb18030', 'big5', 'windows-1254', 'windows-1253',
  'windows-1255', 'windows-1256', 'windows-874', 'windows-1257', 'euc-jp', 'koi8-r', 'iso-8859-2', 'macintosh',
] as const; // prettier-ignore

/** How much a detector's confidence (0-100) counts beside what the text looks like (about 0-1); it knows no Latin ones. */
const DETECTOR_WEIGHT = 0.001;
/** What a candidate must be better by than any before it. */
const MARGIN = 0.002;

/**
 * The 8-bit or East Asian encoding in which the bytes make the most sense. Detectors learn too little from the few words
 * of a keyword list, so each candidate is tried: the right one gives letters of one language, the others symbols,
 * capitals within words, mixed scripts and rare characters.
 */
export function legacyEncodingOf(bytes: Uint8Array): string {
  const sample = nonAsciiSample(bytes);
  const detected = new Map(
    chardet.analyse(sample).map(({ name, confidence }) => [name.toLowerCase(), confidence]),
  );
  let best: string = CANDIDATES[0];
  let highest = -Infinity;
  for (const encoding of CANDIDATES) {
    const confidence = isLatin(encoding) ? 0 : (detected.get(encoding) ?? 0);
    const score = plausibility(sample, encoding) + confidence * DETECTOR_WEIGHT;
    if (score > highest + (encoding === 'macintosh' ? 0.15 : MARGIN)) [best, highest] = [encoding, score];
  }
  return best;
}

const isLatin = (encoding: string): boolean => (SAME_LETTERS_AS[encoding] ?? encoding) in LATIN;

/** How well bytes read in an encoding: 1 where all is everyday text, below 0 where it is none. */
function plausibility(bytes: Uint8Array, encoding: string): number {
  const everyday = EVERYDAY[encoding];
  if (everyday !== undefined) return eastAsian(bytes, encoding, everyday);
  const text = new TextDecoder(encoding).decode(bytes);
  const letters = SAME_LETTERS_AS[encoding] ?? encoding;
  const alphabet = ALPHABETS[letters];
  return alphabet === undefined ? latin(text, LATIN[letters] ?? []) : otherScript(text, alphabet);
}

function eastAsian(
  bytes: Uint8Array,
  encoding: string,
  everyday: readonly (readonly [from: number, to: number])[],
): number {
  const text = new TextDecoder(encoding).decode(bytes);
  const characters = text.match(/[^\x00-\x7f]/gu)?.length ?? 0;
  const damaged = text.match(/[\ufffd\p{Co}]/gu)?.length ?? 0;
  // A single character among small letters is an accented one of a Latin script, with what follows it swallowed.
  const lone = text.match(/(?<=[a-z])[^\x00-\x7f](?=[\x00-\x7f])|(?<=[\x00-\x7f])[^\x00-\x7f](?=[a-z])/gu);
  let common = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    // Half-width katakana of Shift_JIS stand alone.
    if (encoding === 'shift_jis' && byte >= 0xa1 && byte <= 0xdf) continue;
    const second = bytes[at + 1] ?? 0;
    // What the other encodings of a family added for rare characters has a low second byte.
    const isCommon = encoding === 'shift_jis' || encoding === 'big5' || second >= 0xa1;
    if (isCommon && everyday.some(([from, to]) => byte >= from && byte <= to)) common += 1;
    at += 1;
  }
  // Japanese is hardly written without kana.
  const kana = /[\u3041-\u30fa]/u.test(text);
  const native = !/jp|jis/.test(encoding) || kana ? 0 : -0.25;
  return characters === 0 ? -1 : (common - 3 * damaged - (lone?.length ?? 0)) / characters + native;
}

/** Signs that stand in keyword lists beside letters. */
const SIGNS = /[‘’“”„–—…•·«»€£©®™°¿¡§×½¼²³´\u00a0]/u;

function latin(text: string, languages: readonly string[]): number {
  let count = 0;
  let known = 0;
  const each = languages.map(() => 0);
  forEachForeign(text, (letter, before, after) => {
    count += 1;
    const lower = letter.toLowerCase();
    const alone = !isLetter(before) && !isLetter(after);
    let worth: number;
    if (SIGNS.test(letter)) {
      // Within a word only an apostrophe makes sense.
      worth = letter === '’' || !(isLetter(before) && isLetter(after)) ? 1 : 0;
      known += worth;
      languages.forEach((_, at) => (each[at] = (each[at] ?? 0) + worth));
      return;
    }
    if (!languages.some((alphabet) => alphabet.includes(lower))) {
      known -= isLetter(letter) ? 0.5 : 1;
      return;
    }
    // A single letter beside figures is more likely the sign of a currency.
    worth = alone && letter !== lower ? 0 : 1;
    known += worth;
    languages.forEach((alphabet, at) => {
      if (alphabet.includes(lower)) each[at] = (each[at] ?? 0) + worth;
    });
  });
  // Most lists are of one language: its share counts more than that of all together.
  return count === 0 ? 0 : (0.7 * Math.max(...each) + 0.3 * known) / count;
}

function otherScript(text: string, alphabet: string): number {
  let count = 0;
  let sum = 0;
  forEachForeign(text, (letter, before, after) => {
    count += 1;
    if (SIGNS.test(letter)) {
      sum += 0.5;
      return;
    }
    const lower = letter.toLowerCase();
    const rank = alphabet.indexOf(lower);
    if (rank === -1) sum -= 1;
    // No word mixes these letters with a-z, or has a capital after a small letter.
    else if (/[a-z]/i.test(before) || /[a-z]/i.test(after)) sum -= 0.5;
    else if (letter !== lower && before !== '' && before !== before.toUpperCase()) sum -= 0.5;
    else {
      const share = rank < alphabet.length / 3 ? 1.05 : rank < alphabet.length / 1.5 ? 0.9 : 0.5;
      // Keywords are written small.
      sum += letter === lower ? share : share / 2;
    }
  });
  return count === 0 ? 0 : sum / count;
}

const isLetter = (text: string): boolean => /\p{L}/u.test(text);

/** Every character above ASCII with its neighbours. */
function forEachForeign(text: string, take: (letter: string, before: string, after: string) => void): void {
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter > '\u007f') take(letter, text[at - 1] ?? '', text[at + 1] ?? '');
  }
}

/** Bytes looked at; more would tell nothing new. */
const SAMPLE = 16_384;

/** The lines that hold bytes above ASCII: the others tell nothing. */
function nonAsciiSample(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(SAMPLE);
  let filled = 0;
  for (let start = 0; start < bytes.length && filled < sample.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, Math.min(end, start + 8192));
    if (line.some((byte) => byte >= 0x80)) {
      const piece = line.subarray(0, sample.length - filled);
      sample.set(piece, filled);
      filled += piece.length;
    }
    start = end;
  }
  return sample.subarray(0, filled);
}

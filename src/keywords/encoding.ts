import chardet from 'chardet';
import { LexyBrainError } from '../errors.ts';

export interface DecodedText {
  readonly text: string;
  /** As the WHATWG encoding standard names it, e.g. `utf-8`, `utf-16le`, `windows-1251`. */
  readonly encoding: string;
  readonly notes: readonly string[];
}

/** Kinds of files that are not text, by their first bytes. */
const MAGIC: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a picture'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel or Word file'],
  [[0x1f, 0x8b], 'a compressed file'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a compressed archive'],
  [[0x52, 0x61, 0x72, 0x21], 'a compressed archive'],
  [[0x50, 0x4b, 0x03, 0x04], 'a compressed archive'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'a database'],
];

/**
 * Bytes to text. A byte order mark decides first, then UTF-16 without one by where its zeros are, then valid UTF-8,
 * then what a detector makes of the rest (the common 8-bit and East Asian encodings).
 * @throws LexyBrainError `list-binary` when the bytes are not text.
 */
export function decode(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) {
    const notes =
      bytes.length % 2 === 1 ? ['The file ends in the middle of a character; it may be cut off.'] : [];
    return { text: decodeAs(utf16, bytes), encoding: utf16, notes };
  }
  assertText(bytes);
  const utf8 = decodeUtf8(bytes);
  if (utf8 !== null) return utf8;
  const encoding = legacyEncodingOf(bytes);
  const notes = [`The file is not UTF-8; it was read as ${encoding}.`];
  return { text: decodeAs(encoding, bytes), encoding, notes };
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const length = Math.min(bytes.length, 4096) & ~1;
  if (length < 4) return null;
  let even = 0;
  let odd = 0;
  let controls = 0;
  for (let at = 0; at < length; at += 2) {
    const [high, low] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    if (high === 0) even += 1;
    if (low === 0) odd += 1;
    if ((high === 0 && isControl(low)) || (low === 0 && isControl(high))) controls += 1;
  }
  if (controls > 0) return null;
  // Line ends and digits have a zero half in every script; Latin text has one in every character.
  const pairs = length / 2;
  if (odd > pairs * 0.05 && even <= odd * 0.05) return 'utf-16le';
  if (even > pairs * 0.05 && odd <= even * 0.05) return 'utf-16be';
  return null;
}

const isControl = (byte: number): boolean =>
  byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c;

function assertText(bytes: Uint8Array): void {
  const known = MAGIC.find(([magic]) => magic.every((byte, at) => bytes[at] === byte));
  if (known !== undefined) throw binaryError(known[1]);
  const length = Math.min(bytes.length, 65_536);
  let controls = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    // ESC (0x1b) starts the shifts of ISO-2022-JP; a few stray control characters are tolerated.
    if (isControl(byte) && byte !== 0x1b) controls += byte === 0 ? 20 : 1;
  }
  if (controls > 0 && controls >= Math.max(20, length * 0.02)) throw binaryError('not text');
}

function binaryError(what: string): LexyBrainError {
  return new LexyBrainError('list-binary', `This file is ${what}, not a keyword list.`, {
    advice: 'Export the list from your keyword tool as CSV or Excel (.xlsx) and open that file.',
  });
}

function decodeUtf8(bytes: Uint8Array): DecodedText | null {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return { text: decoder.decode(bytes), encoding: 'utf-8', notes: [] };
  } catch {
    // A file that was cut off may end within a character of up to four bytes.
    for (let cut = 1; cut <= 3; cut += 1) {
      const last = bytes[bytes.length - cut];
      if (last === undefined || last < 0x80) break;
      if (last < 0xc0) continue;
      if (bytes.length - cut < 64) break;
      try {
        const text = decoder.decode(bytes.subarray(0, bytes.length - cut));
        return {
          text,
          encoding: 'utf-8',
          notes: ['The file ends in the middle of a character; it may be cut off.'],
        };
      } catch {
        break;
      }
    }
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    const text = new TextDecoder().decode(bytes);
    return { text, encoding: 'utf-8', notes: ['Some characters of the file are damaged (not valid UTF-8).'] };
  }
  return null;
}

/** Names of the detector that the encoding standard spells otherwise. */
const STANDARD_NAMES: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-9': 'windows-1254',
  GB18030: 'gb18030',
  Big5: 'big5',
  Shift_JIS: 'shift_jis',
  ASCII: 'utf-8',
};

function legacyEncodingOf(bytes: Uint8Array): string {
  for (const { name } of chardet.analyse(nonAsciiSample(bytes))) {
    const label = STANDARD_NAMES[name] ?? name.toLowerCase();
    if (label === 'utf-8' || label.startsWith('utf-')) continue;
    try {
      return new TextDecoder(label).encoding;
    } catch {
      continue;
    }
  }
  return 'windows-1252';
}

/** Up to 64 KB of the lines that hold bytes above ASCII: the detector learns nothing from the others. */
function nonAsciiSample(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(65_536);
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

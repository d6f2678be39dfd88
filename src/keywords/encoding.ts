import { LexyBrainError } from '../errors.ts';
import { legacyEncodingOf } from './legacy-encoding.ts';

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
 * then the 8-bit or East Asian encoding that makes the most sense of the rest.
 * @throws LexyBrainError `list-binary` when the bytes are not text.
 */
export function decode(bytes: Uint8Array): DecodedText {
  const decoded = decodeBytes(bytes);
  return { ...decoded, text: sameLineEnds(decoded.text) };
}

/** The text with line ends of one kind: a file put together from two may have both `\r\n` and `\n`. */
export function sameLineEnds(text: string): string {
  if (!text.includes('\r\n')) return text;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (text[at - 1] !== '\r') return text.replaceAll('\r\n', '\n');
  }
  return text;
}

function decodeBytes(bytes: Uint8Array): DecodedText {
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
  let asciiPairs = 0;
  for (let at = 0; at < length; at += 2) {
    const [high, low] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    // Two letters beside each other are none of UTF-16: a stray zero does not make it that.
    if (isVisible(high) && isVisible(low)) asciiPairs += 1;
    if (high === 0) even += 1;
    if (low === 0) odd += 1;
    if ((high === 0 && isControl(low)) || (low === 0 && isControl(high))) controls += 1;
  }
  if (controls > 0 || asciiPairs > length / 4) return null;
  // Line ends and digits have a zero half in every script; Latin text has one in every character.
  const pairs = length / 2;
  if (odd > pairs * 0.05 && even <= odd * 0.05) return 'utf-16le';
  if (even > pairs * 0.05 && odd <= even * 0.05) return 'utf-16be';
  return null;
}

const isVisible = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

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
  if (controls > 0 && controls >= Math.max(20, length * 0.02)) throw binaryError('no text');
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

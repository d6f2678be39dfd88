import { setImmediate } from 'node:timers/promises';
import { RequestError } from './answers.ts';

/**
 * Parsing the JSON of a body without holding other work up. What JSON.parse takes depends on how many values a text has far
 * more than on its length (measured: 4 MB of words 10 ms, of empty arrays 230 ms, of names 500 ms), so that is limited; and a
 * list that may be long is parsed in parts.
 */

/** Values parsed at once: at worst, each with a name of its own, 20 ms. 10,000 messages have 30,000. */
export const MOST_VALUES = 50_000;
/** What is passed on is walked through more than once; a schema of a tool has a few dozen levels at most. */
export const MOST_LEVELS = 200;
/** How long a part of a list is at least, bytes: about a millisecond's work. */
const PART_BYTES = 64 * 1024;
/** How much is looked through before others have their turn, bytes: half a millisecond's work. */
const AT_ONCE_BYTES = 128 * 1024;

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

interface Parts {
  /** The whole without the other parts of its list. */
  readonly first: readonly Uint8Array[];
  /** What lies between the commas where the list was cut. */
  readonly others: readonly Uint8Array[];
}

/** A list that may be long: its name in the object of a body, and what is kept of each of its values. */
export interface LongList {
  readonly name: string;
  /** Throws a RequestError for what does not belong there. */
  readonly take: (value: unknown, place: number) => unknown;
}

/** So many values of a long list are taken at a time (about 3 ms), then others have their turn. */
const AT_A_TIME = 500;

/**
 * The value of a JSON text. A long list may have any number of values; what is not kept of them is let go at once. Throws a
 * RequestError for what is no JSON, is nested more than `MOST_LEVELS` deep, or has more than `MOST_VALUES` beside that list.
 */
export async function parseInParts(bytes: Uint8Array, long?: LongList): Promise<unknown> {
  const { first, others } = await cut(bytes, long === undefined ? null : JSON.stringify(long.name));
  const whole = parse(first);
  if (long === undefined || typeof whole !== 'object' || whole === null) return whole;
  const body = whole as Record<string, unknown>;
  const beginning = body[long.name];
  const taken: unknown[] = [];
  const take = async (values: readonly unknown[]): Promise<void> => {
    for (const value of values) {
      if (taken.length % AT_A_TIME === AT_A_TIME - 1) await setImmediate();
      taken.push(long.take(value, taken.length));
    }
  };
  if (Array.isArray(beginning)) {
    await take(beginning);
    body[long.name] = taken;
  }
  for (const part of others) {
    await setImmediate();
    const values = parse([Buffer.of(OPEN_LIST), part, Buffer.of(CLOSE_LIST)]) as unknown[];
    if (values.length === 0) throw noJson();
    await take(values);
  }
  return whole;
}

/** Looks at the marks of a text only: whether it is JSON is told when its parts are parsed. */
async function cut(bytes: Uint8Array, name: string | null): Promise<Parts> {
  let [depth, values, valuesBefore] = [0, 0, 0];
  let [inString, stringAt] = [false, 0];
  /** The latest text of the first level: the name of what opens next. */
  let latest = '';
  let [inList, partAt] = [false, 0];
  let firstCut: number | null = null;
  let rest = bytes.length;
  const others: Uint8Array[] = [];
  let pauseAt = AT_ONCE_BYTES;
  for (let at = 0; at < bytes.length; at++) {
    if (at >= pauseAt) {
      await setImmediate();
      pauseAt = at + AT_ONCE_BYTES;
    }
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        inString = false;
        if (depth === 1 && at - stringAt < 100) latest = text([bytes.subarray(stringAt, at + 1)]);
      }
    } else if (byte === QUOTE) {
      inString = true;
      stringAt = at;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++values > MOST_VALUES) throw tooMany();
      if (++depth > MOST_LEVELS) throw tooDeep();
      if (depth === 2 && byte === OPEN_LIST && latest === name) {
        if (firstCut !== null) throw new RequestError(422, 'invalid_request', `${name} is given twice.`);
        [inList, partAt, latest] = [true, at + 1, ''];
      }
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (inList && depth === 2) {
        inList = false;
        if (firstCut !== null) {
          others.push(bytes.subarray(partAt, at));
          [rest, values] = [at, valuesBefore];
        }
      }
      depth--;
    } else if (byte === COMMA) {
      if (++values > MOST_VALUES) throw tooMany();
      if (inList && depth === 2 && at - partAt >= PART_BYTES) {
        if (firstCut === null) [firstCut, valuesBefore] = [at, values];
        else others.push(bytes.subarray(partAt, at));
        [partAt, values] = [at + 1, 0];
      }
    }
  }
  return firstCut === null
    ? { first: [bytes], others }
    : { first: [bytes.subarray(0, firstCut), bytes.subarray(rest)], others };
}

function parse(pieces: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(text(pieces));
  } catch (error) {
    if (error instanceof SyntaxError) throw noJson();
    throw error;
  }
}

function text(pieces: readonly Uint8Array[]): string {
  return new TextDecoder().decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
}

function noJson(): RequestError {
  return new RequestError(422, 'invalid_request', 'The body is not JSON.');
}

function tooDeep(): RequestError {
  return new RequestError(422, 'invalid_request', `The body is nested more than ${MOST_LEVELS} levels deep.`);
}

function tooMany(): RequestError {
  return new RequestError(
    413,
    'too_large',
    `A body may have ${MOST_VALUES.toLocaleString('en')} values at most, beside keywords.`,
  );
}

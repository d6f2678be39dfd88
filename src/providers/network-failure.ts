import { LexyBrainError, messageOf } from '../errors.ts';
import { redactLine } from './redact.ts';
import type { FailedAttempt } from './retry.ts';

interface Kind {
  readonly match: RegExp;
  readonly message: (host: string) => string;
  readonly advice: string;
  readonly worthRetrying: boolean;
}

/** What a failed `fetch` means. Codes: Node's system errors, undici's, OpenSSL's, and Chromium's `net::ERR_…`. */
const KINDS: readonly Kind[] = [
  {
    match: /redirect/i,
    message: (host) => `${host} answered with a redirect, which a key must not follow.`,
    advice: 'Set the base URL to the address it finally leads to.',
    worthRetrying: false,
  },
  {
    match: /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|SSL|TLS|EPROTO/i,
    message: (host) => `The certificate of ${host} could not be verified.`,
    advice:
      'Behind a company proxy, make its certificate known: in the operating system (editor), or with NODE_EXTRA_CA_CERTS (terminal).',
    worthRetrying: false,
  },
  {
    match:
      /invalid (?:url|header|method|argument)|ByteString|unknown scheme|bad port|not a valid|credentials/i,
    message: (host) => `The request to ${host} could not be made.`,
    advice: 'Check the base URL and the key; neither may hold spaces or line breaks.',
    worthRetrying: false,
  },
  {
    match: /ENOTFOUND|EAI_AGAIN|NAME_NOT_RESOLVED/,
    message: (host) => `${host} was not found.`,
    advice: 'Check the network connection, the proxy settings, and the base URL.',
    worthRetrying: true,
  },
  {
    match: /ECONNREFUSED|CONNECTION_REFUSED/,
    message: (host) => `Nothing answers at ${host}.`,
    advice: 'Start the server, or check the base URL and the proxy settings.',
    worthRetrying: true,
  },
];

/**
 * A `fetch` or a body that broke, as an error in the user's words. `begun`: the answer had begun.
 * The cause is kept in words only: the original of a bad header has the key in it. Whoever was connected may have begun to
 * work, so only what is known never to get through is free of charge for sure.
 */
export function networkFailure(
  error: unknown,
  url: string,
  secrets: readonly string[],
  begun = false,
): FailedAttempt {
  const host = URL.canParse(url) ? new URL(url).host : 'the given address';
  const words = chain(error).join(': ');
  const kind = begun ? undefined : KINDS.find(({ match }) => match.test(words));
  const message =
    kind?.message(host) ??
    (begun ? `The connection to ${host} broke off.` : `The connection to ${host} failed.`);
  return {
    error: new LexyBrainError('provider-network', message, {
      advice: kind?.advice ?? 'Check the network connection and the proxy settings, and ask again.',
      cause: new Error(redactLine(words, secrets)),
      mayBeBilled: kind === undefined,
    }),
    worthRetrying: kind?.worthRetrying ?? !begun,
  };
}

/** The words and codes of an error and of its causes. */
function chain(error: unknown): string[] {
  const words: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null && words.length < 6;) {
    const code = (at as { code?: unknown }).code;
    words.push(typeof code === 'string' ? `${code} ${messageOf(at)}` : messageOf(at));
    const nested: unknown = at instanceof AggregateError ? at.errors[0] : undefined;
    at = at instanceof Error ? (at.cause ?? nested) : undefined;
  }
  return words;
}

/** Shapes of keys that must not be shown or written, whoever they belong to. */
const TOKEN_SHAPES: readonly RegExp[] = [
  // Vendors also echo keys in part: `sk-abc***xyz`.
  /\b(?:hf|api_org)_[\w*.…-]{4,}/g,
  /\b(?:sk|pk|rk)-[\w*.…-]{6,}/g,
  /\bgh[pousr]_\w{16,}/g,
  /\bgithub_pat_\w{16,}/g,
  /\b(?:gsk|r8|xai|pplx|csk|fw|tgp)[_-][\w-]{12,}/g,
  /\bAKIA[A-Z0-9]{12,}/g,
  /\bAIza[\w-]{20,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\brpa_\w{16,}/g,
  /(?<=\b(?:bearer|basic)\s+)[\w.~+/=*-]{6,}/gi,
  /(?<=\b(?:authorization|x-api-key|api[-_]?key)["']?\s*[:=]\s*["']?(?:bearer\s+)?)(?!bearer\b)[^\s"',;}]{6,}/gi,
];

const HIDDEN = '[key]';

/** Shorter "keys" (`none`, `x`) protect nothing, and hiding them would tear words apart. */
const SHORTEST_SECRET = 5;

/** Replaces the given secrets, as they are and as they look in a URL, by `[key]`. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    result = result.replaceAll(secret, HIDDEN).replaceAll(encodeURIComponent(secret), HIDDEN);
  }
  return result;
}

/** Replaces the given secrets, and everything that has the shape of a known kind of key, by `[key]`. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return TOKEN_SHAPES.reduce((result, shape) => result.replace(shape, HIDDEN), hideSecrets(text, secrets));
}

/** `redact`, on one line, without control characters, and no longer than `length` characters. */
export function redactLine(text: string, secrets: readonly string[] = [], length = 500): string {
  const line = redact(text, secrets)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** A copy of a JSON value in which every string went through `hideSecrets`. */
export function hideSecretsDeep(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return hideSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((item) => hideSecretsDeep(item, secrets));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [hideSecrets(key, secrets), hideSecretsDeep(item, secrets)]),
    );
  }
  return value;
}

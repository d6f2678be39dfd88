/**
 * Tokens of the providers we know, by their shapes: Hugging Face `hf_…`, OpenAI `sk-…`, `sk-proj-…`, Anthropic `sk-ant-…`,
 * RunPod `rpa_…`, Groq `gsk_…`, Google `AIza…`, GitHub `ghp_…`, `github_pat_…`, and what follows `Bearer`.
 * A letter or digit before it means that it is part of a word ("desk-organizer…").
 */
const SECRETS =
  /(?<![A-Za-z0-9])(?:hf_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}|rpa_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})|(?<=\bBearer\s+)[A-Za-z0-9._~+/-]{16,}=*/g;

/**
 * Cheap look for anything that could be one, on serialised text too. It looks for the rare characters first and back from
 * them: ten times as fast on a prompt as to try each beginning at every letter.
 */
const SUSPICIOUS = /_(?<=hf_|rpa_|gsk_|gh[pousr]_|pat_)|-(?<=sk-)|AIza|Bearer/;

const REPLACEMENT = '[redacted]';

/** Fields that say which record, when and of what kind: they hold nobody's words, and a record needs them. */
const STRUCTURE = /^(?:(?:.*_)?(?:id|at|hash|type)|kind|ts|source|feedback|status)$/;

/** False when there is surely no secret in the text, which may be JSON. */
export function mayHoldSecret(text: string): boolean {
  return SUSPICIOUS.test(text);
}

/** The text without the secrets that slipped into it. */
export function redactSecrets(text: string): string {
  return SUSPICIOUS.test(text) ? text.replace(SECRETS, REPLACEMENT) : text;
}

/**
 * `value` as JSON, every string in it (keys too) without secrets.
 * @param words the user's own texts that are secret; upper and lower case are the same
 */
export function stringifyRedacted(value: unknown, words: readonly string[] = []): string {
  const json = JSON.stringify(value);
  const own = words.length === 0 ? null : new RegExp(words.map(escapeRegExp).join('|'), 'giu');
  if (own === null && !SUSPICIOUS.test(json)) return json;
  const redact = (text: string): string => {
    const clean = redactSecrets(text);
    return own === null ? clean : clean.replace(own, REPLACEMENT);
  };
  return JSON.stringify(value, (key, inner: unknown) => {
    if (typeof inner === 'string') return STRUCTURE.test(key) ? redactSecrets(inner) : redact(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, entry]) => [redact(name), entry]));
  });
}

/** `value`, plain JSON data, with every string in it without secrets; itself when there is none. */
export function redacted<T extends object>(value: T): T {
  return SUSPICIOUS.test(JSON.stringify(value)) ? (JSON.parse(stringifyRedacted(value)) as T) : value;
}

function escapeRegExp(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}/]/g, '\\$&');
}

/** A key as the user gave it, looked at without the network. */
export interface TokenAnalysis {
  readonly hasToken: boolean;
  readonly hasWhitespace: boolean;
  /** Characters as given. */
  readonly length: number;
  /** What is odd about it, in sentences; empty when nothing is. */
  readonly note: string;
  readonly issue: string;
  /** The key without what does not belong to it, or null. */
  readonly token: string | null;
  /** The key made unreadable, for display; null when there is none. */
  readonly masked: string | null;
}

/** The words of the old debug document, which people search for. */
const ISSUE = {
  ok: '✅ OK: Token is set and trimmed',
  whitespace: '⚠️ WARNING: Token has leading/trailing whitespace',
  empty: '❌ Token is empty',
  missing: '❌ HF_TOKEN not set - LexyBrain will not work!',
} as const;

/** Enough to recognise one's own key by, too little to guess it from. */
export function maskToken(token: string): string {
  if (token.length < 16) return '••••';
  const prefix = /^(?:hf_|sk-(?:ant-|proj-)?)/.exec(token)?.[0] ?? '';
  return `${prefix}••••${token.slice(-4)}`;
}

/**
 * Looks at a key: whitespace, quotes, a pasted `HF_TOKEN=` or `Bearer `, and the `hf_` form.
 * `prefix` is what keys of this provider start with (`hf_`, `sk-`), null when any form will do.
 */
export function analyseToken(given: string | null | undefined, prefix: string | null = 'hf_'): TokenAnalysis {
  if (given === null || given === undefined) {
    return {
      hasToken: false,
      hasWhitespace: false,
      length: 0,
      note: '',
      issue: ISSUE.missing,
      token: null,
      masked: null,
    };
  }
  const hasWhitespace = given !== given.trim();
  const { token, notes } = clean(given);
  const common = { hasWhitespace, length: given.length };
  if (token === '') {
    return { ...common, hasToken: false, note: '', issue: ISSUE.empty, token: null, masked: null };
  }
  if (/\s/u.test(token)) notes.push('There is whitespace inside it.');
  else if (!/^[\x21-\x7e]+$/.test(token)) {
    notes.push('It holds characters that no key has; copy it again.');
  }
  if (prefix !== null && !token.startsWith(prefix)) notes.push(`It does not start with ${prefix}.`);
  return {
    ...common,
    hasToken: true,
    note: notes.join(' '),
    issue: hasWhitespace ? ISSUE.whitespace : ISSUE.ok,
    token,
    masked: maskToken(token),
  };
}

function clean(given: string): { token: string; notes: string[] } {
  const notes: string[] = [];
  let token = given.trim();
  if (token !== given) notes.push('Whitespace around it was removed.');
  const assignment = /^(?:export\s+)?[A-Z][A-Z0-9_]*=(.*)$/su.exec(token);
  if (assignment) {
    token = assignment[1]?.trim() ?? '';
    notes.push('The name in front of it was removed.');
  }
  const quoted = /^(["'`“”‘’])(.*)["'`“”‘’]$/su.exec(token);
  if (quoted) {
    token = quoted[2]?.trim() ?? '';
    notes.push('Quotes around it were removed.');
  }
  const bearer = /^bearer\s+(.*)$/isu.exec(token);
  if (bearer) {
    token = bearer[1]?.trim() ?? '';
    notes.push('“Bearer” in front of it was removed.');
  }
  return { token, notes };
}

import { LexyBrainError } from '../errors.ts';
import { utf8Length } from '../providers/tokens.ts';
import type { LexyBrainProviderRequest } from '../providers/types.ts';

type Body = Readonly<Record<string, unknown>>;

/** Output tokens of a chat under a cost cap where its body names no limit. */
export const CAPPED_OUTPUT_TOKENS = 4096;
/** Beyond this the tables' dearer tiers for long prompts could apply. */
const MOST_BYTES = 400_000;
/** Tokens that a chat template may add to a message or a tool. */
const TOKENS_EACH = 16;

/** What makes a request cost something else than its own bytes and its output, so that no bound can be named. */
const UNBOUNDED = ['web_search_options', 'prediction', 'audio', 'modalities', 'plugins'] as const;

/**
 * The most that a chat completion can use, as a request whose price has an upper bound: every byte of the body counts as
 * a token. Throws `invalid-request` for what has none: images and files by reference, hosted tools, dearer tiers.
 */
export function boundOfChat(body: Body): LexyBrainProviderRequest {
  const odd = UNBOUNDED.find((name) => body[name] !== undefined && body[name] !== null);
  if (odd !== undefined) throw unbounded(`“${odd}”`);
  const tier = body['service_tier'];
  if (tier !== undefined && tier !== null && tier !== 'default' && tier !== 'flex') {
    throw unbounded('that service tier');
  }
  const messages = arrayOf(body['messages']);
  const tools = arrayOf(body['tools']);
  if (tools.some((tool) => fieldOf(tool, 'type') !== 'function')) throw unbounded('tools the provider runs');
  const parts = messages.flatMap((message) => arrayOf(fieldOf(message, 'content')));
  if (parts.some((part) => !['text', 'refusal'].includes(String(fieldOf(part, 'type'))))) {
    throw unbounded('images, sound and files');
  }
  const text = JSON.stringify(body);
  if (utf8Length(text) > MOST_BYTES) throw unbounded(`a body over ${MOST_BYTES / 1000} kB`);
  const answers = countOf(body['n'], 1);
  const each = countOf(body['max_completion_tokens'] ?? body['max_tokens'], CAPPED_OUTPUT_TOKENS);
  return {
    prompt: text + ' '.repeat(TOKENS_EACH * (messages.length + tools.length)),
    max_tokens: answers * each,
  };
}

function unbounded(what: string): LexyBrainError {
  return new LexyBrainError(
    'invalid-request',
    `The cost of ${what} cannot be bounded beforehand, and a daily cost cap is set.`,
    { advice: 'Leave it out, or remove the cap (lexybrain.dailyCostCap).' },
  );
}

function countOf(value: unknown, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 10_000_000)
    return value;
  throw new LexyBrainError('invalid-request', 'n and max_tokens take whole numbers above zero.');
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Body)[name] : undefined;
}

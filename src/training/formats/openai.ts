import { conversations } from '../conversations.ts';
import { jsonLines } from '../lines.ts';
import type { TrainingFormat } from '../types.ts';

/**
 * Chat JSONL as OpenAI defined it and Together, Fireworks and others take it: at most one system message, first; then
 * user and assistant in turns; the assistant last.
 */
export const openai: TrainingFormat = {
  id: 'openai',
  label: 'OpenAI chat JSONL',
  detail: '{"messages": […]} for Together, Fireworks and OpenAI-compatible services',
  extension: 'jsonl',
  rows: (input) =>
    conversations(input, ({ prompt, completion }) => {
      const messages = [...prompt, ...completion];
      const turns = messages[0]?.role === 'system' ? messages.slice(1) : messages;
      const alternate = turns.every(({ role }, at) => role === (at % 2 === 0 ? 'user' : 'assistant'));
      return alternate ? { messages } : 'not in turns of user and assistant';
    }),
  encode: jsonLines,
};

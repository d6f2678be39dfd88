import * as z from 'zod';
import { CHAT_TYPE, type RequestRow, type ResponseRow } from '../store/types.ts';
import type { Message } from './types.ts';

/** What was asked, as messages that end with the user's; null when it was not logged, or not whole. */
export function promptOf(request: RequestRow): Message[] | null {
  if (request.insight_type === CHAT_TYPE) return chatMessages(request.prompt);
  if (request.prompt.trim() === '') return null;
  const context = withSystem.safeParse(request.context_json).data;
  const user: Message = { role: 'user', content: request.prompt };
  return context === undefined ? [user] : [{ role: 'system', content: context.system }, user];
}

/** What was answered, as the model should say it; null when nothing was. */
export function answerText({ output_json, success }: ResponseRow, type: string): string | null {
  if (output_json === null || output_json === undefined) return null;
  if (!success) {
    const raw = rawAnswer.safeParse(output_json).data?.raw;
    return textOf(raw ?? output_json);
  }
  if (type === CHAT_TYPE) return chatAnswer.safeParse(output_json).data?.content ?? null;
  return textOf(output_json);
}

/** The whole conversation, or null. */
export function conversationOf(request: RequestRow, response: ResponseRow | null): Message[] | null {
  const prompt = promptOf(request);
  const answer = response === null ? null : answerText(response, request.insight_type);
  if (prompt === null || answer === null) return null;
  return [...prompt, { role: 'assistant', content: answer }];
}

const withSystem = z.object({ system: z.string().trim().min(1) });
const rawAnswer = z.object({ raw: z.unknown() });
const chatAnswer = z.object({ content: z.string().min(1) });
const chatPrompt = z.array(
  z.object({
    // The newer name of the same thing.
    role: z.preprocess(
      (role) => (role === 'developer' ? 'system' : role),
      z.enum(['system', 'user', 'assistant']),
    ),
    content: z.union([
      z.string(),
      z
        .array(z.object({ type: z.literal('text'), text: z.string() }))
        .transform((parts) => parts.map(({ text }) => text).join('')),
    ]),
  }),
);

/** Chats with pictures, tools or a prompt that was cut in the log are no text to learn from. */
function chatMessages(prompt: string): Message[] | null {
  try {
    const messages = chatPrompt.parse(JSON.parse(prompt));
    return messages.at(-1)?.role === 'user' ? messages : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? null : text;
}

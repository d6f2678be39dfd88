import { stream, type Responder } from './http-server.ts';

/** How Anthropic's Messages look on the wire. */
export interface MessagesAnswer {
  readonly pieces: readonly string[];
  readonly stopReason?: string;
  readonly model?: string;
  /** Without its end: a stream that breaks off. */
  readonly complete?: boolean;
}

export function messagesEvents(answer: MessagesAnswer): string[] {
  const { pieces, stopReason = 'end_turn', model = 'claude-fake', complete = true } = answer;
  const event = (type: string, rest: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  return [
    event('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: 50,
          cache_creation_input_tokens: 10,
          cache_read_input_tokens: 40,
          output_tokens: 1,
        },
      },
    }),
    event('ping', {}),
    event('content_block_start', {
      index: 0,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    }),
    event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'hmm' } }),
    event('content_block_stop', { index: 0 }),
    event('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
    ...pieces.map((text) => event('content_block_delta', { index: 1, delta: { type: 'text_delta', text } })),
    ...(complete
      ? [
          event('content_block_stop', { index: 1 }),
          event('message_delta', {
            delta: { stop_reason: stopReason, stop_sequence: null },
            usage: { input_tokens: 55, output_tokens: 25 },
          }),
          event('message_stop', {}),
        ]
      : []),
  ];
}

export function messagesStream(answer: MessagesAnswer, ...more: string[]): Responder {
  return stream([...messagesEvents(answer), ...more], { 'request-id': 'req_1' });
}

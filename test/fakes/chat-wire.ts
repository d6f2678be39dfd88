import { json, stream, type Responder } from './http-server.ts';

/** How chat completions look on the wire: of OpenAI, the Hugging Face router and local servers. */
export interface ChatAnswer {
  readonly pieces: readonly string[];
  readonly model?: string;
  readonly finish?: string | null;
  /** Null: the server does not count. */
  readonly usage?: object | null;
  /** Where usage stands: in a chunk of its own (OpenAI), beside an empty delta, beside the finish reason, or in two chunks. */
  readonly usageAt?: 'alone' | 'delta' | 'finish' | 'twice';
  readonly done?: boolean;
  readonly headers?: Record<string, string>;
}

export const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** The events of a streamed completion, without the ends of line. */
export function chatEvents(answer: ChatAnswer): string[] {
  const {
    pieces,
    model = 'fake/model',
    finish = 'stop',
    usage = USAGE,
    usageAt = 'alone',
    done = true,
  } = answer;
  const chunk = (choices: readonly object[], extra: object = {}): string =>
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, choices, ...extra })}`;
  const choice = (delta: object, finish_reason: string | null = null): object => ({
    index: 0,
    delta,
    finish_reason,
    logprobs: null,
  });
  const withUsage = usage === null ? {} : { usage };
  const atFinish = usageAt === 'finish' || usageAt === 'twice';
  return [
    chunk([choice({ role: 'assistant', content: '' })]),
    ...pieces.map((content) => chunk([choice({ content })], { usage: null })),
    ...(finish === null ? [] : [chunk([choice({}, finish)], atFinish ? withUsage : {})]),
    ...(usage !== null && (usageAt === 'alone' || usageAt === 'twice') ? [chunk([], withUsage)] : []),
    ...(usage !== null && usageAt === 'delta' ? [chunk([choice({})], withUsage)] : []),
    ...(done ? ['data: [DONE]'] : []),
  ];
}

export function chatStream(answer: ChatAnswer): Responder {
  return stream(
    chatEvents(answer).map((event) => `${event}\n\n`),
    answer.headers,
  );
}

/** A server that does not stream, whatever it is asked. */
export function chatWhole(content: string, usage: object = USAGE): Responder {
  return json(200, {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'fake/model',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  });
}

/** Refuses what a predicate sees in the body, as OpenAI and the router word it; else answers. */
export function refusing(
  refuse: (body: Record<string, unknown>) => { message: string; param?: string; code?: string } | null,
  answer: Responder,
): Responder {
  return (response, request) => {
    const refusal = refuse(request.body ?? {});
    const responder = refusal
      ? json(400, { error: { type: 'invalid_request_error', param: null, code: null, ...refusal } })
      : answer;
    return responder(response, request);
  };
}

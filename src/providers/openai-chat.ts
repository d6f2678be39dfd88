import { adaptively } from './adapt.ts';
import { webPage } from './completion.ts';
import { ChatReader } from './openai-chat-reader.ts';
import { failureOf, type FailureStyle } from './failure.ts';
import { request as call, type Answer } from './http.ts';
import { systemTime } from './time.ts';
import { DEFAULT_MAX_TOKENS } from './tokens.ts';
import { wireName, wireSchema } from './wire-schema.ts';
import type {
  Deadlines,
  GenerateOptions,
  LexyBrainProviderRequest,
  LexyBrainProviderResponse,
  ModelQuirks,
  ProviderId,
  ProviderPorts,
  StructureMode,
} from './types.ts';

/** One service that speaks OpenAI's chat completions, and how it differs from the others. */
export interface ChatService {
  readonly id: ProviderId;
  readonly style: FailureStyle;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly model: string;
  readonly deadlines: Deadlines;
  readonly loadingMs?: number;
  /** `max_tokens` is what everyone but OpenAI's newer models takes. */
  readonly tokensField: 'max_tokens' | 'max_completion_tokens';
  /** Offer the shown terms as an enum, and keep lengths in the schema: what small local models need. */
  readonly small: boolean;
  readonly servedBy?: (headers: Headers) => string | undefined;
}

const MODES: readonly StructureMode[] = ['schema', 'json', 'instructions'];

/** Where what a model turned out not to take is remembered. */
export function memoryKey(id: ProviderId, baseUrl: string, model: string): string {
  return `${id} ${baseUrl} ${model}`;
}

/** One completion over `POST <base>/chat/completions`, streamed. */
export async function chat(
  ports: ProviderPorts,
  service: ChatService,
  request: LexyBrainProviderRequest,
  options: GenerateOptions,
): Promise<LexyBrainProviderResponse> {
  const time = ports.time ?? systemTime;
  const started = time.now();
  let attempts = 0;
  const adaptation = {
    memory: ports.memory,
    key: memoryKey(service.id, service.baseUrl, service.model),
    modes: request.schema ? MODES : [],
  };
  return adaptively(adaptation, (quirks, onRefusal) =>
    call(
      ports,
      {
        name: `${service.id} chat ${service.model}`,
        method: 'POST',
        url: `${service.baseUrl}/chat/completions`,
        headers: { accept: 'text/event-stream', ...service.headers },
        body: chatBody(service, request, quirks),
        secrets: service.secrets,
        deadlines: service.deadlines,
        signal: options.signal,
        ...(service.loadingMs === undefined ? {} : { loadingMs: service.loadingMs }),
        beforeAttempt: (failed) => {
          attempts++;
          return options.beforeAttempt?.(attempts, failed);
        },
        explain: (answer) => failureOf(answer, service.style, service.secrets, service.model),
        onRefusal,
      },
      async (answer) => {
        const reader = new ChatReader({
          ...service,
          prompt: `${request.system ?? ''}${request.prompt}`,
          sinceStart: () => time.now() - started,
          begun: () => answer.begun(),
          onText: options.onText,
          onThought: options.onThought,
          onRefusal,
        });
        answer.keep(() => reader.text);
        await readAnswer(answer, reader);
        const servedBy = service.servedBy?.(answer.headers);
        const response = reader.finish(servedBy);
        answer.note(`structure ${quirks.structure ?? 'none'}`);
        return { ...response, ...(quirks.structure ? { structure: quirks.structure } : {}), attempts };
      },
    ),
  );
}

async function readAnswer(answer: Answer, reader: ChatReader): Promise<void> {
  if (answer.contentType.includes('html')) throw webPage();
  // A server that does not stream answers with one whole completion.
  if (answer.contentType.includes('json')) reader.whole(await answer.json());
  else reader.ended(await answer.events((event) => reader.event(event)), answer.document());
}

function chatBody(service: ChatService, request: LexyBrainProviderRequest, quirks: ModelQuirks): object {
  const { schema } = request;
  const shape = schema && {
    name: wireName(schema.name),
    schema: wireSchema(
      schema.schema,
      service.small && quirks.structure === 'schema' ? { terms: request.terms, lengths: true } : {},
    ),
  };
  const system = [
    request.system,
    shape && quirks.structure !== 'schema' ? inWords(shape.schema) : undefined,
  ].filter((part) => part !== undefined && part !== '');
  return {
    model: service.model,
    messages:
      system.length === 0 || quirks.mergeSystem
        ? [{ role: 'user', content: [...system, request.prompt].join('\n\n') }]
        : [
            { role: 'system', content: system.join('\n\n') },
            { role: 'user', content: request.prompt },
          ],
    [quirks.tokensField ?? service.tokensField]: request.max_tokens ?? DEFAULT_MAX_TOKENS,
    ...(request.temperature === undefined || quirks.omitTemperature
      ? {}
      : { temperature: request.temperature }),
    stream: true,
    ...(quirks.omitStreamOptions ? {} : { stream_options: { include_usage: true } }),
    ...(shape && quirks.structure === 'schema'
      ? { response_format: { type: 'json_schema', json_schema: { ...shape, strict: true } } }
      : {}),
    ...(quirks.structure === 'json' ? { response_format: { type: 'json_object' } } : {}),
  };
}

/** The schema as an instruction, for models that cannot be held to it. JSON mode also demands the word "JSON". */
export function inWords(schema: object): string {
  return (
    'Answer with one JSON object and nothing else: no introduction, no code fence. ' +
    `It must match this JSON schema:\n${JSON.stringify(schema)}`
  );
}

import * as z from 'zod';
import {
  chatBody,
  completionAnswer,
  debugAnswer,
  failureAnswer,
  feedbackBody,
  generateBody,
  insightAnswer,
  metricsAnswer,
  metricsQuery,
  modelAnswer,
  modelPath,
  modelsAnswer,
  openAiFailureAnswer,
  quotaAnswer,
  trainingQuery,
} from './schemas.ts';

/** One endpoint, for the document and the README's table. */
export interface Endpoint {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  /** What stands in braces in the path. */
  readonly names?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Answers by content type. */
  readonly answers: Readonly<Record<string, z.ZodType>>;
  /** Statuses of failures. */
  readonly failures: readonly number[];
  /** Whether the bearer is needed. */
  readonly bearer: boolean;
}

/** Of the interface, not of the product. */
const API_VERSION = '1.0.0';
const JSON_TYPE = 'application/json';
const metrics = {
  method: 'get',
  summary: 'Requests, cache hits, latency, tokens, cost and failures of a period',
  query: metricsQuery,
  answers: { [JSON_TYPE]: metricsAnswer },
  failures: [401, 403, 422, 500, 503],
  bearer: true,
} as const;

/** Statuses of what may pass by itself. */
const PASSING = new Set([429, 500, 502, 503]);
const RETRY_AFTER = {
  description: 'Seconds after which asking again may help, where that is known.',
  schema: { type: 'integer', minimum: 1 },
};

/** Every endpoint there is. A test holds the routes to it. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/',
    summary: 'What this is',
    answers: { 'text/html': z.string() },
    failures: [403],
    bearer: false,
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    answers: { [JSON_TYPE]: z.looseObject({ openapi: z.string() }) },
    failures: [401, 403],
    bearer: true,
  },
  {
    method: 'post',
    path: '/api/lexybrain/generate',
    summary: 'An insight on a keyword list',
    body: generateBody,
    answers: { [JSON_TYPE]: insightAnswer, 'text/event-stream': z.string() },
    failures: [400, 401, 403, 404, 413, 415, 422, 429, 500, 503],
    bearer: true,
  },
  {
    method: 'post',
    path: '/api/lexybrain/feedback',
    summary: 'Rate an insight',
    body: feedbackBody,
    answers: { [JSON_TYPE]: z.object({ success: z.literal(true) }) },
    failures: [400, 401, 403, 404, 413, 415, 422, 500, 503],
    bearer: true,
  },
  {
    method: 'get',
    path: '/api/lexybrain/quota',
    summary: 'How much of each quota this month has used',
    answers: { [JSON_TYPE]: quotaAnswer },
    failures: [401, 403, 422, 500, 503],
    bearer: true,
  },
  { ...metrics, path: '/api/lexybrain/metrics' },
  { ...metrics, path: '/api/admin/lexybrain/metrics' },
  {
    method: 'get',
    path: '/api/lexybrain/training-data',
    summary: 'The training data, newest first, one JSON document a line',
    query: trainingQuery,
    answers: { 'application/x-ndjson': z.string() },
    failures: [401, 403, 422, 500, 503],
    bearer: true,
  },
  {
    method: 'get',
    path: '/api/lexybrain/debug',
    summary: 'What is set up; without the bearer only the state, with it everything but keys',
    answers: { [JSON_TYPE]: debugAnswer },
    failures: [401, 403, 500],
    bearer: false,
  },
  {
    method: 'get',
    path: '/v1/models',
    summary: 'The models of the providers that are set up, as provider/model-id',
    answers: { [JSON_TYPE]: modelsAnswer },
    failures: [400, 401, 403, 500, 502],
    bearer: true,
  },
  {
    method: 'get',
    path: '/v1/models/{model}',
    summary: 'One of them',
    names: modelPath,
    answers: { [JSON_TYPE]: modelAnswer },
    failures: [400, 401, 403, 404, 500, 502],
    bearer: true,
  },
  {
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'A chat completion, passed through to its provider',
    body: chatBody,
    answers: { [JSON_TYPE]: completionAnswer, 'text/event-stream': z.string() },
    failures: [400, 401, 402, 403, 404, 413, 415, 429, 500, 502, 504],
    bearer: true,
  },
];

/** The OpenAPI 3.1 document of the bridge. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of ENDPOINTS) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operationOf(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'LexyBrain bridge',
      version: API_VERSION,
      description: 'Keyword lists in, insights out; and the chat models you set up. On this machine only.',
    },
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
}

function operationOf(endpoint: Endpoint): object {
  const { summary, names, query, body, answers, failures, bearer, path } = endpoint;
  const failure = path.startsWith('/v1/') ? openAiFailureAnswer : failureAnswer;
  const failed = { description: 'What is wrong', content: { [JSON_TYPE]: { schema: schemaOf(failure) } } };
  const failedForNow = { ...failed, headers: { 'Retry-After': RETRY_AFTER } };
  const parameters = [...parametersOf('path', names), ...parametersOf('query', query)];
  return {
    summary,
    ...(bearer ? { security: [{ bearer: [] }] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { [JSON_TYPE]: { schema: schemaOf(body, 'input') } } } }),
    responses: {
      200: { description: 'Done', content: contentOf(answers) },
      ...Object.fromEntries(failures.map((status) => [status, PASSING.has(status) ? failedForNow : failed])),
    },
  };
}

function contentOf(answers: Endpoint['answers']): object {
  return Object.fromEntries(
    Object.entries(answers).map(([type, schema]) => [type, { schema: schemaOf(schema) }]),
  );
}

function parametersOf(where: 'path' | 'query', named: z.ZodObject | undefined): object[] {
  return Object.entries(named?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path',
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): object {
  const document: Record<string, unknown> = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  delete document['$schema'];
  return document;
}

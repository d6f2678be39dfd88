import { Ajv, type ValidateFunction } from 'ajv';

/**
 * What the readers of the formats ask for, as JSON Schemas made from their documentation and not from our code:
 * TRL's dataset formats, OpenAI's fine-tuning reference, Together's and Fireworks' guides.
 */

const message = {
  type: 'object',
  properties: { role: { enum: ['system', 'user', 'assistant'] }, content: { type: 'string', minLength: 1 } },
  required: ['role', 'content'],
  additionalProperties: false,
};
const messages = { type: 'array', items: message, minItems: 2 };
const prompt = { type: 'array', items: message, minItems: 1 };
const oneAnswer = {
  type: 'array',
  minItems: 1,
  maxItems: 1,
  items: {
    type: 'object',
    properties: { role: { const: 'assistant' }, content: { type: 'string', minLength: 1 } },
    required: ['role', 'content'],
    additionalProperties: false,
  },
};
const exactly = (properties: Record<string, object>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const ajv = new Ajv({ strict: true });

export const LINE_SCHEMAS: Readonly<Record<string, ValidateFunction>> = {
  sft: ajv.compile(exactly({ messages })),
  'prompt-completion': ajv.compile(exactly({ prompt, completion: oneAnswer })),
  kto: ajv.compile(exactly({ prompt, completion: oneAnswer, label: { type: 'boolean' } })),
  dpo: ajv.compile(exactly({ prompt, chosen: oneAnswer, rejected: oneAnswer })),
  openai: ajv.compile(exactly({ messages })),
  'openai-preferences': ajv.compile(
    exactly({
      input: exactly({
        messages: prompt,
        tools: { type: 'array' },
        parallel_tool_calls: { type: 'boolean' },
      }),
      preferred_output: oneAnswer,
      non_preferred_output: oneAnswer,
    }),
  ),
};

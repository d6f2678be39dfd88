import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { LexyBrainError } from './errors.ts';
import { ofEachInsight, type InsightTypeId } from './insights/catalogue.ts';
import { PROVIDER_IDS } from './providers/types.ts';

/**
 * Every setting the product has, once: package.json's `contributes.configuration`, the README's table and the
 * readers are made from this list. Settings come first, then the environment, then the default.
 *
 * Scope `machine` where a workspace must not decide: where keys and keyword text go, what may be spent, what is logged.
 * `window` settings of a workspace count only when it is trusted.
 */
export interface SettingDefinition<T = unknown> {
  /** Below `lexybrain.` */
  readonly key: string;
  readonly schema: z.ZodType<T>;
  readonly default: T;
  readonly scope: 'machine' | 'window' | 'resource';
  /** Environment variable that counts where the setting is not set. */
  readonly environment?: { readonly name: string; readonly parse: (text: string) => unknown };
  /** One or two sentences for the settings editor (Markdown). */
  readonly description: string;
  /** Unit for the README's table. */
  readonly unit?: string;
  /** Descriptions of enum values, in their order. */
  readonly enumDescriptions?: readonly string[];
  /** Counts only in a trusted workspace when a workspace sets it. */
  readonly restricted?: boolean;
  readonly usesOnlineServices?: boolean;
}

const define = <T>(definition: SettingDefinition<T>): SettingDefinition<T> => definition;

export const PROVIDER_CHOICES = ['auto', ...PROVIDER_IDS] as const;

const url = z
  .string()
  .trim()
  .refine(
    (text) =>
      text === '' || /^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/i.test(text),
    'must be an https:// address (http:// only for this machine)',
  );
const switchWords = (text: string): unknown => {
  if (/^(true|1|yes|on)$/i.test(text.trim())) return true;
  if (/^(false|0|no|off)$/i.test(text.trim())) return false;
  return text;
};

/** Several values in one variable, and whole documents. */
const listWords = (text: string): unknown =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
const jsonWords = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** `provider/model-id`, or a provider alone; what it names is checked when it is used. */
const modelReference = z.string().trim().min(1).max(300);

const experimentSchema = z.object({
  name: z.string().trim().min(1).max(100),
  arms: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(100),
        model: modelReference,
        weight: z.number().min(0).max(1_000_000).default(1),
      }),
    )
    .min(2)
    .max(10)
    .refine((arms) => new Set(arms.map(({ name }) => name)).size === arms.length, 'has two arms of one name')
    .refine((arms) => arms.some(({ weight }) => weight > 0), 'has no arm with a weight above zero'),
});
/** Requests dealt out over several models, to find the better one. */
export type Experiment = z.infer<typeof experimentSchema>;

export const SETTINGS = {
  enabled: define({
    key: 'enabled',
    schema: z.boolean(),
    default: true,
    scope: 'window',
    environment: { name: 'LEXYBRAIN_ENABLE', parse: switchWords },
    description: 'Turn LexyBrain on or off. When it is off, every command says so and does nothing.',
  }),
  provider: define<string>({
    key: 'provider',
    schema: z.string().trim(),
    default: 'auto',
    scope: 'window',
    restricted: true,
    usesOnlineServices: true,
    environment: { name: 'LEXYBRAIN_PROVIDER', parse: (text) => text.trim().toLowerCase() },
    description:
      'Who writes the insights. With `auto` it is Hugging Face once a token is set, and the built-in analyst (computed, no language model) before that.',
    enumDescriptions: [
      'Hugging Face once a token is set, the built-in analyst before that',
      'Computed from the list on this machine; no language model, nothing is sent',
      'Models on the Hugging Face router; needs a token',
      'OpenAI or any compatible service; needs a key',
      'Anthropic; needs a key',
      'A server on this machine: Ollama, LM Studio, llama.cpp, vLLM',
      'The language models that VS Code offers',
    ],
  }),
  model: define({
    key: 'model',
    schema: z.string().trim().max(300),
    default: '',
    scope: 'window',
    restricted: true,
    environment: { name: 'LEXYBRAIN_MODEL_ID', parse: (text) => text.trim() },
    description:
      'Model to use, as its provider names it (for example `meta-llama/Llama-3.1-8B-Instruct`). Empty: the default of the provider.',
  }),
  routing: define<Partial<Record<InsightTypeId, string | undefined>>>({
    key: 'routing',
    schema: z.strictObject(ofEachInsight(() => modelReference.optional())),
    default: {},
    scope: 'window',
    restricted: true,
    usesOnlineServices: true,
    environment: { name: 'LEXYBRAIN_ROUTING', parse: jsonWords },
    description:
      'A model of its own for an insight, as `provider/model-id`: `{"risk_sentinel": "anthropic/claude-haiku-4-5", "opportunity_radar": "builtin"}`. The others go to `#lexybrain.provider#` and `#lexybrain.model#`.',
  }),
  fallbacks: define<string[]>({
    key: 'fallbacks',
    schema: z.array(modelReference).max(5),
    default: [],
    scope: 'machine',
    usesOnlineServices: true,
    environment: { name: 'LEXYBRAIN_FALLBACKS', parse: listWords },
    description:
      'Models (`provider/model-id`) to ask in this order when the chosen one cannot be reached, is overloaded, rate-limited, too slow, or not offered any more. Empty: nobody else is ever asked. The insight always says who answered in place of whom, and why.',
  }),
  experiment: define<Experiment | null>({
    key: 'experiment',
    schema: experimentSchema.nullable(),
    default: null,
    scope: 'machine',
    usesOnlineServices: true,
    environment: { name: 'LEXYBRAIN_EXPERIMENT', parse: jsonWords },
    description:
      'An A/B experiment: each question goes to one arm by its weight, the same question always to the same one: `{"name": "size", "arms": [{"name": "small", "model": "huggingface/meta-llama/Llama-3.1-8B-Instruct", "weight": 1}, {"name": "large", "model": "huggingface/meta-llama/Llama-3.3-70B-Instruct", "weight": 1}]}`. LexyBrain: Show Usage shows what the ratings say. It goes before `#lexybrain.routing#`; a model picked for one request goes before both.',
  }),
  huggingfaceBaseUrl: define({
    key: 'huggingface.baseUrl',
    schema: url,
    default: '',
    scope: 'machine',
    usesOnlineServices: true,
    description: 'Address of the Hugging Face router. Empty: `https://router.huggingface.co/v1`.',
  }),
  huggingfaceBillTo: define({
    key: 'huggingface.billTo',
    schema: z.string().trim().max(200),
    default: '',
    scope: 'machine',
    description: 'Organisation on Hugging Face that pays for the requests. Empty: your own account.',
  }),
  openaiBaseUrl: define({
    key: 'openai.baseUrl',
    schema: url,
    default: '',
    scope: 'machine',
    usesOnlineServices: true,
    description: 'Address of OpenAI or a compatible service. Empty: `https://api.openai.com/v1`.',
  }),
  anthropicBaseUrl: define({
    key: 'anthropic.baseUrl',
    schema: url,
    default: '',
    scope: 'machine',
    usesOnlineServices: true,
    description: 'Address of the Anthropic service. Empty: `https://api.anthropic.com`.',
  }),
  localBaseUrl: define({
    key: 'local.baseUrl',
    schema: url,
    default: '',
    scope: 'machine',
    description:
      'Address of the model server on this machine, for example `http://127.0.0.1:11434/v1`. Empty: Ollama, LM Studio, llama.cpp and vLLM are looked for at their usual ports.',
  }),
  dailyCostCap: define<number | null>({
    key: 'dailyCostCap',
    schema: z.number().min(0).max(1_000_000).nullable(),
    default: null,
    scope: 'machine',
    unit: 'US cents a day (UTC)',
    environment: {
      name: 'LEXYBRAIN_DAILY_COST_CAP',
      parse: (text) => (text.trim() === '' ? null : Number(text.trim())),
    },
    description:
      'The most that may be spent on paid models in one day, in US cents, over all windows and the terminal. Empty: no cap. Built-in, free and cached answers always go on.',
  }),
  quotaBriefs: define({
    key: 'quota.briefs',
    schema: z.int().min(-1),
    default: -1,
    scope: 'machine',
    unit: 'briefs a month',
    description: 'Market Briefs by a language model per month; -1 is unlimited. Cached answers do not count.',
  }),
  quotaCalls: define({
    key: 'quota.calls',
    schema: z.int().min(-1),
    default: -1,
    scope: 'machine',
    unit: 'insights a month',
    description:
      'Opportunity Radars, Ad Insights and Risk Sentinels by a language model per month, together; -1 is unlimited.',
  }),
  requestsPerMinute: define({
    key: 'requestsPerMinute',
    schema: z.int().min(0).max(10_000),
    default: 0,
    scope: 'machine',
    unit: 'requests a minute',
    description: 'Requests to language models per minute, over all windows; 0 is unlimited.',
  }),
  prices: define<Record<string, { input: number; output: number }>>({
    key: 'prices',
    schema: z.record(
      z.string(),
      z.object({ input: z.number().min(0).max(10_000), output: z.number().min(0).max(10_000) }),
    ),
    default: {},
    scope: 'machine',
    unit: 'USD per million tokens',
    environment: { name: 'LEXYBRAIN_PRICES', parse: jsonWords },
    description:
      'Your own prices by model (`provider/model-id`), in USD per million tokens, for example `{"openai/my-model": {"input": 0.5, "output": 1.5}}`. They go before the published ones, and correct what was spent by a wrong one: in Show Usage, and in what counts towards the cap today.',
  }),
  allowUnknownPrice: define({
    key: 'allowUnknownPrice',
    schema: z.boolean(),
    default: false,
    scope: 'machine',
    environment: { name: 'LEXYBRAIN_ALLOW_UNKNOWN_PRICE', parse: switchWords },
    description:
      'Allow models whose price is unknown while `#lexybrain.dailyCostCap#` is set. What they cost then does not count towards the cap.',
  }),
  language: define({
    key: 'language',
    schema: z.string().trim().max(35),
    default: '',
    scope: 'resource',
    description:
      'Language of the insights (for example `en`, `de`, `fr`). Empty: the language of the list. The built-in analyst writes English.',
  }),
  brandsAdd: define<string[]>({
    key: 'brands.add',
    schema: z.array(z.string().max(200)).max(5000),
    default: [],
    scope: 'resource',
    description:
      'Names to treat as brands: keywords with them are shown as risks and never as opportunities.',
  }),
  brandsRemove: define<string[]>({
    key: 'brands.remove',
    schema: z.array(z.string().max(200)).max(5000),
    default: [],
    scope: 'resource',
    description: 'Names that LexyBrain takes for brands and should not.',
  }),
  listsInclude: define<string[]>({
    key: 'lists.include',
    schema: z.array(z.string().trim().min(1).max(1000)).max(100),
    default: ['**/*.{csv,CSV,tsv,TSV,xlsx,XLSX,txt,TXT}'],
    scope: 'resource',
    description:
      'Files that the Keyword Lists view shows, as globs. `#files.exclude#` and the folders of tools and builds are left out.',
  }),
  logPrompts: define({
    key: 'logging.prompts',
    schema: z.boolean(),
    default: true,
    scope: 'machine',
    environment: { name: 'LEXYBRAIN_LOG_PROMPTS', parse: switchWords },
    description:
      'Log prompts and answers in `.lexybrain/`. When it is off, usage is still counted, but nothing that was asked or answered is written: no history, no training data, and cached answers only last as long as the window.',
  }),
  logRedact: define<string[]>({
    key: 'logging.redact',
    schema: z.array(z.string().trim().min(3).max(200)).max(1000),
    default: [],
    scope: 'machine',
    description:
      'Texts that are replaced by `[redacted]` before anything is logged, for example names of customers; upper and lower case are the same. Tokens of known providers are always replaced.',
  }),
  retentionDays: define({
    key: 'logging.retentionDays',
    schema: z.int().min(0).max(36_500),
    default: 0,
    scope: 'machine',
    unit: 'days',
    description:
      'Finished parts of the log (about 8 MB each) whose newest entry is older are deleted; 0 keeps everything.',
  }),
  retentionMegabytes: define({
    key: 'logging.retentionMegabytes',
    schema: z.int().min(0).max(1_000_000),
    default: 0,
    scope: 'machine',
    unit: 'MB',
    description:
      'The oldest finished parts of the log are deleted while all of them together are larger; 0 keeps everything.',
  }),
  firstTokenSeconds: define({
    key: 'timeout.firstToken',
    schema: z.number().min(1).max(3600),
    default: 60,
    scope: 'machine',
    unit: 'seconds',
    description:
      'How long to wait for the first words of an answer. Servers on this machine get five times as long.',
  }),
  totalSeconds: define({
    key: 'timeout.total',
    schema: z.number().min(5).max(3600),
    default: 180,
    scope: 'machine',
    unit: 'seconds',
    description: 'How long an answer may take as a whole. Servers on this machine get five times as long.',
  }),
  bridgePort: define({
    key: 'bridge.port',
    schema: z.int().min(1024).max(65_535),
    default: 43_119,
    scope: 'machine',
    description:
      'Port of the local bridge (LexyBrain: Start Local Bridge); the next free one where it is taken. It listens on this machine only.',
  }),
  bridgeLogChat: define({
    key: 'bridge.logChat',
    schema: z.boolean(),
    default: false,
    scope: 'machine',
    description:
      'Log the prompts and answers of chats that other programs hold through the bridge. Their usage is always logged.',
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;
type ValueOf<Name extends SettingName> =
  (typeof SETTINGS)[Name] extends SettingDefinition<infer T> ? T : never;

/** A value and where it is from. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: 'settings' | 'environment' | 'default';
}

/** What is wrong with a setting, in the user's words. */
export interface ConfigurationProblem {
  readonly name: string;
  readonly message: string;
}

export type Configuration = { readonly [Name in SettingName]: Sourced<ValueOf<Name>> } & {
  readonly problems: readonly ConfigurationProblem[];
};

/** Reads one explicitly set value; undefined when the user (or a trusted workspace) did not set it. */
export type ReadSetting = (key: string) => unknown;
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings, then environment, then defaults. A value of the wrong form is not used: it is named in `problems`,
 * and whoever depends on it (`requireSound`) refuses to go on rather than guess.
 */
export function readConfiguration(readSetting: ReadSetting, environment: Environment): Configuration {
  const problems: ConfigurationProblem[] = [];
  const values: Record<string, Sourced<unknown>> = {};
  for (const [name, definition] of Object.entries(SETTINGS) as [SettingName, SettingDefinition][]) {
    const check = (given: unknown, shownAs: string): Checked => {
      const checked = checkedValue(definition, given);
      if (!checked.ok) problems.push({ name: shownAs, message: checked.message });
      return checked;
    };
    const set = readSetting(definition.key);
    if (set !== undefined) {
      const checked = check(set, `lexybrain.${definition.key}`);
      if (checked.ok) {
        values[name] = { value: checked.value, source: 'settings' };
        continue;
      }
    }
    const text = definition.environment && environment[definition.environment.name];
    if (definition.environment && text !== undefined && text.trim() !== '') {
      const checked = check(definition.environment.parse(text), definition.environment.name);
      if (checked.ok) {
        values[name] = { value: checked.value, source: 'environment' };
        continue;
      }
    }
    values[name] = { value: definition.default, source: 'default' };
  }
  return { ...values, problems } as unknown as Configuration;
}

type Checked =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** The last value of each setting that had the right form: all are read several times for every request, and rarely change. */
const lastGood = new Map<SettingDefinition, { readonly given: unknown; readonly checked: Checked }>();

function checkedValue(definition: SettingDefinition, given: unknown): Checked {
  const last = lastGood.get(definition);
  if (last !== undefined && isDeepStrictEqual(last.given, given)) return last.checked;
  const parsed = definition.schema.safeParse(given);
  if (!parsed.success) {
    return { ok: false, message: parsed.error.issues[0]?.message ?? 'has the wrong form' };
  }
  const checked = { ok: true, value: parsed.data } as const;
  // A copy: whoever gave it may change it in place.
  lastGood.set(definition, { given: structuredClone(given), checked });
  return checked;
}

/** Throws 'disabled' when the product is turned off. Every door calls this first. */
export function requireEnabled(configuration: Configuration): void {
  if (configuration.enabled.value) return;
  const byEnvironment = configuration.enabled.source === 'environment';
  throw new LexyBrainError('disabled', 'LexyBrain is turned off.', {
    advice: byEnvironment
      ? 'The environment variable LEXYBRAIN_ENABLE turns it off: set it to true, or remove it.'
      : 'Turn on the setting lexybrain.enabled to use it.',
  });
}

/** A cap, quota or address that cannot be read must never count as "none": throws with what to mend. */
export function requireSound(configuration: Configuration): void {
  const [first] = configuration.problems;
  if (first === undefined) return;
  throw new LexyBrainError('invalid-request', `${first.name} cannot be used: ${first.message}.`, {
    advice: `Correct or remove ${first.name}.`,
  });
}

/** Environment variables of the server product's time with RunPod. They are named in Show Configuration and change nothing. */
export const RETIRED_VARIABLES = [
  'RUNPOD_API_KEY',
  'LEXYBRAIN_RUNPOD_ENDPOINT_ID',
  'LEXYBRAIN_API_URL',
  'LEXYBRAIN_MODEL_URL',
  'LEXYBRAIN_KEY',
] as const;

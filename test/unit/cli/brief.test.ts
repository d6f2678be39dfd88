import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { z } from 'zod';
import { insightResultSchema } from '../../../src/generation/types.ts';
import { insightType } from '../../../src/insights/index.ts';
import { marketBriefSchema } from '../../../src/insights/market-brief/schema.ts';
import { INSIGHT_CATALOGUE, INSIGHT_TYPES } from '../../../src/insights/catalogue.ts';
import { chatEvents, chatStream } from '../../fakes/chat-wire.ts';
import { FakeServer, json } from '../../fakes/http-server.ts';
import { Terminal, type Ended } from '../../fakes/terminal.ts';
import { briefDraft, CHAT, MODEL, modelList, MODELS, SAMPLE, TOKEN } from '../../fakes/world.ts';

/** No control character but newline, so no escape sequence either. */
const PLAIN = /^[^\p{Cc}]*$/u;
const LIST = 'Keyword,Avg. searches,KD\noak table,1200,40\nwalnut table,800,20\nash table,90,10\n';

describe('lexybrain brief', function () {
  // A process each, on a machine that may be busy.
  this.timeout(60_000);
  let terminal: Terminal;
  let file: string;

  beforeEach(async () => {
    terminal = await Terminal.open();
    file = join(terminal.folder, 'tables.csv');
    await writeFile(file, LIST);
  });
  afterEach(() => terminal.close());

  const documentOf = ({ stdout, stderr, code }: Ended) => {
    assert.equal(code, 0, stderr);
    const { insight, meta } = z
      .strictObject({ insight: z.unknown(), meta: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(stdout));
    return {
      insight,
      meta: insightResultSchema.omit({ insight: true }).parse(meta),
      keys: Object.keys(meta),
    };
  };
  const isPlain = (text: string): void => {
    for (const line of text.split('\n')) assert.match(line, PLAIN);
  };

  describe('without a file', () => {
    it('is the sample by the built-in analyst, whatever the environment holds', async () => {
      const environment = {
        HF_TOKEN: TOKEN,
        LEXYBRAIN_PROVIDER: 'runpod',
        LEXYBRAIN_ENABLE: 'false',
        LEXYBRAIN_DAILY_COST_CAP: 'nonsense',
        HTTPS_PROXY: 'http://127.0.0.1:9',
      };
      const { code, stdout, stderr } = await terminal.run(['brief'], { environment });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Market Brief\n/);
      assert.match(stdout, /hand carved nativity set/);
      assert.match(
        stdout,
        /\ncomputed here, no language model · fresh · \d+ of \d+ terms stand in\s+the list · \d+\.\d s\n$/,
      );
      assert.match(stderr, /npm run brief -- FILE/);
      isPlain(stdout);
      assert.deepEqual((await readdir(terminal.data)).sort(), ['cache', 'installation-id']);
    });

    it('comes from the cache the second time, and says so', async () => {
      await terminal.run(['brief']);
      const { stdout } = await terminal.run(['brief']);
      assert.match(stdout, /from the cache, made \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      const again = documentOf(await terminal.run(['brief', '--no-cache', '--json']));
      assert.equal(again.meta.cache.hit, false);
    });
  });

  it('--json is one document with the insight and everything about it, and nothing else', async () => {
    const words = [
      file,
      '--json',
      '--market',
      'Etsy',
      '--product',
      ' oak tables ',
      '--niche',
      'oak, solid wood,',
      '--language',
      'en',
      '--provider',
      'builtin',
    ];
    const ended = await terminal.run(['brief', ...words]);
    const { insight, meta, keys } = documentOf(ended);
    assert.equal(ended.stderr, '');
    marketBriefSchema.parse(insight);
    assert.deepEqual(keys, [
      'version',
      'id',
      'requestId',
      'type',
      'rows',
      'list',
      'input',
      'model',
      'grounding',
      'notes',
      'cache',
      'usage',
      'timing',
      'structure',
      'attempts',
      'generatedAt',
    ]);
    assert.equal(meta.list.name, 'tables.csv');
    assert.equal(meta.list.rows, 3);
    assert.equal(meta.input.market, 'etsy');
    assert.equal(meta.input.product, 'oak tables');
    assert.deepEqual(meta.input.nicheTerms, ['oak', 'solid wood']);
    assert.ok(meta.rows.some(({ term, demand }) => term === 'oak table' && demand?.value === 1200));
  });

  for (const type of INSIGHT_TYPES) {
    it(`--type ${type}, as text and as a document`, async () => {
      const words = ['brief', SAMPLE, '--type', type, '--budget', '$20', '--currency', 'usd', '--cpc', '0.4'];
      const text = await terminal.run(words);
      assert.equal(text.code, 0, text.stderr);
      assert.ok(text.stdout.startsWith(`${INSIGHT_CATALOGUE[type].title}\n`));
      isPlain(text.stdout);
      const { insight, meta } = documentOf(await terminal.run([...words, '--json']));
      insightType(type).insightSchema.parse(insight);
      assert.equal(meta.cache.hit, true);
      assert.equal(meta.input.budgetCents, type === 'ad_insight' ? 2000 : null);
      assert.equal(meta.input.assumedCpcCents, type === 'ad_insight' ? 40 : null);
    });
  }

  it('takes several files as one list, standard input, and the columns of a table', async () => {
    const other = join(terminal.folder, 'other.txt');
    await writeFile(other, 'elm table\noak table\n');
    assert.equal(documentOf(await terminal.run(['brief', file, other, '--json'])).meta.list.rows, 4);
    const input = 'Was;Wieviel\noak table;12\nelm table;7\n';
    const words = ['brief', '-', '--columns', 'term=Was,demand=Wieviel', '--type', 'risk', '--json'];
    const { meta } = documentOf(await terminal.run(words, { input }));
    assert.deepEqual([meta.list.rows, meta.list.name, meta.type], [2, 'Standard input', 'risk_sentinel']);
  });

  it('--workspace logs into its .lexybrain, the current folder by default', async () => {
    const workspace = join(terminal.folder, 'shop');
    await terminal.run(['brief', file, '--workspace', workspace]);
    assert.equal(existsSync(join(terminal.folder, '.lexybrain')), false);
    await terminal.run(['brief', file]);
    assert.ok(existsSync(join(terminal.folder, '.lexybrain', 'lexybrain.db')));
  });

  it('shows nothing of the escape sequences that a hostile list holds', async () => {
    const hostile = join(terminal.folder, 'evil.txt');
    await writeFile(
      hostile,
      [
        'oak \u001b[31mtable',
        'elm\u0007 table\u009b2J',
        '\u001b]0;owned\u0007ash table',
        'fir \u202etable',
      ].join('\n'),
    );
    const { stdout, stderr, code } = await terminal.run(['brief', hostile, '--product', 'x\u001b[2Jy']);
    assert.equal(code, 0, stderr);
    isPlain(stdout);
    assert.ok(!stdout.includes('\u202e'));
  });

  describe('what cannot be used: a sentence, what to do, exit code 2, no stack', () => {
    const wrong: Record<string, [readonly string[], RegExp, (string | Uint8Array)?]> = {
      'a missing file': [['nowhere.csv'], /There is no file nowhere\.csv\.\nCheck/],
      'a folder': [['.'], /is a folder\.\nName a file/],
      'an empty file': [['given'], /empty/i, ''],
      'a binary file': [['given'], /./, Uint8Array.from({ length: 5000 }, (_, index) => (index * 89) % 256)],
      'no keywords': [['given'], /keyword/i, '# nothing\n# but comments\n'],
      'a name with escape sequences': [['\u001b[31mx.csv'], /There is no file/],
      'an unknown option': [['--frobnicate'], /--frobnicate.*\n.*--help/],
      'an unknown type': [['--type', 'haiku'], /no insight type "haiku".*\nChoose one of/],
      'no budget': [['--type', 'ad_insight'], /needs a daily budget.*\n.*--budget/],
      'a budget of words': [
        ['--type', 'ad_insight', '--budget', 'lots'],
        /--budget takes a number above zero/,
      ],
      'a budget of nothing': [['--type', 'ad_insight', '--budget', '0.001'], /above zero/],
      'columns of nowhere': [
        ['given', '--columns', 'demand=Volume'],
        /must name the column of the keywords/,
        LIST,
      ],
      'unknown columns': [['given', '--columns', 'term=Keyword,colour=KD'], /does not know “colour”/, LIST],
      'an address for nobody': [['--base-url', 'http://127.0.0.1:1'], /--base-url needs a --provider/],
      'an address for the built-in': [
        ['--provider', 'builtin', '--base-url', 'http://127.0.0.1:1'],
        /--base-url needs/,
      ],
      'an address over plain http': [
        ['--provider', 'huggingface', '--base-url', 'http://example.com'],
        /lexybrain\.huggingface\.baseUrl cannot be used/,
      ],
      'an unknown provider': [['--provider', 'skynet'], /no provider called “skynet”.*\nChoose one of/],
      RunPod: [['--provider', 'runpod'], /RunPod is no longer supported.*\n.*huggingface/],
    };
    for (const [name, [words, expected, content]] of Object.entries(wrong)) {
      it(name, async () => {
        if (content !== undefined) await writeFile(join(terminal.folder, 'given'), content);
        const { code, stdout, stderr } = await terminal.run(['brief', ...words]);
        assert.equal(code, 2, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, expected);
        assert.doesNotMatch(stderr, /\n\s+at |Error:/);
        assert.ok(stderr.trim().split('\n').length >= 2, stderr);
        isPlain(stderr);
      });
    }

    it('a variable that would have to be guessed', async () => {
      const environment = { LEXYBRAIN_DAILY_COST_CAP: 'ten' };
      const { code, stderr } = await terminal.run(['brief', file], { environment });
      assert.equal(code, 2);
      assert.match(stderr, /LEXYBRAIN_DAILY_COST_CAP cannot be used/);
    });
  });

  it('says that it is turned off', async () => {
    const { code, stderr } = await terminal.run(['brief', file], { environment: { LEXYBRAIN_ENABLE: '0' } });
    assert.equal(code, 1);
    assert.match(stderr, /turned off.*\n.*LEXYBRAIN_ENABLE/);
  });

  describe('by a model', () => {
    let server: FakeServer;
    let words: string[];
    const environment = { HF_TOKEN: TOKEN, LEXYBRAIN_MODEL_ID: MODEL };
    beforeEach(async () => {
      server = await FakeServer.start();
      server.on(MODELS, modelList);
      words = ['brief', SAMPLE, '--provider', 'huggingface', '--base-url', `${server.origin}/v1`];
    });
    afterEach(() => server.stop());

    it('says who answered, with how many tokens, at what cost', async () => {
      server.on(
        CHAT,
        chatStream({
          pieces: [JSON.stringify(briefDraft())],
          model: MODEL,
          headers: { 'x-inference-provider': 'novita' },
        }),
      );
      const { code, stdout, stderr } = await terminal.run(words, { environment });
      assert.equal(code, 0, stderr);
      const line = stdout.trim().split('\n\n').at(-1)?.replaceAll('\n', ' ') ?? '';
      assert.match(
        line,
        /^huggingface\/meta-llama\/Llama-3\.1-8B-Instruct via novita · fresh · 3 of 3 terms stand in the list · 100 tokens in, 20 out · costs \$0\.00014 \(Hugging Face router, \d{4}-\d\d-\d\d\) · \d+\.\d s$/,
      );
      const [seen] = server.asked('/v1/chat/completions');
      assert.equal(seen?.headers.authorization, `Bearer ${TOKEN}`);
      assert.ok(!stdout.includes(TOKEN) && !stderr.includes(TOKEN));
      const { meta } = documentOf(
        await terminal.run([...words, '--json', '--model', 'other/model'], { environment }),
      );
      assert.equal(server.asked('/v1/chat/completions')[1]?.body?.['model'], 'other/model');
      assert.equal(meta.usage.costNanoUsd, null);
    });

    it('ends with its error and exit code 1 when the model fails, and with no other answer', async () => {
      server.on(CHAT, json(401, { error: `Invalid token ${TOKEN}` }));
      const { code, stdout, stderr } = await terminal.run([...words, '--json'], { environment });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /HF router HTTP 401: Invalid token \[key\].*\n.*token is invalid or expired/);
    });

    it('wants a token', async () => {
      const { code, stderr } = await terminal.run(words);
      assert.equal(code, 1);
      assert.match(stderr, /^HF_TOKEN is not set\n/);
      assert.equal(server.requests.length, 0);
    });

    it('on this machine asks the model that is there, and says which; of several it names them', async () => {
      const local = ['brief', SAMPLE, '--provider', 'local', '--base-url', server.origin];
      const models = (...ids: string[]): void =>
        void server.on(MODELS, json(200, { data: ids.map((id) => ({ id, owned_by: 'library' })) }));
      server.on('GET /api/version', json(200, { version: '0.12.6' }));
      server.on(CHAT, chatStream({ pieces: [JSON.stringify(briefDraft())], model: 'llama3.2:3b' }));
      models('llama3.2:3b');
      const { code, stdout, stderr } = await terminal.run(local);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /local\/llama3\.2:3b via Ollama · fresh/);
      assert.match(documentOf(await terminal.run([...local, '--json'])).meta.model.id, /^llama3\.2:3b$/);
      models('llama3.2:3b', 'qwen3:4b');
      const several = await terminal.run(local);
      assert.equal(several.code, 1);
      assert.match(
        several.stderr,
        /^Ollama: 2 models are there.*\n.*--model in the terminal: llama3\.2:3b, qwen3:4b\.\n$/,
      );
    });

    it('ends at an interrupt: the request is closed, booked and logged', async () => {
      const begun = Promise.withResolvers<undefined>();
      server.on(CHAT, (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of chatEvents({ pieces: ['{"niche":'], done: false, finish: null }))
          response.write(`${event}\n\n`);
        begun.resolve(undefined);
      });
      const { child, ended } = terminal.start(words, environment);
      await begun.promise;
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stdout], [130, '']);
      assert.equal(stderr, 'Cancelled.\n');
      await server.asked('/v1/chat/completions')[0]?.cut;
      assert.ok(existsSync(join(terminal.folder, '.lexybrain', 'lexybrain.db')));
    });
  });

  it('asks the fallbacks of the environment as the editor does, and says so', async () => {
    // Nobody is reached through this proxy.
    const environment = {
      HF_TOKEN: TOKEN,
      LEXYBRAIN_FALLBACKS: 'builtin',
      HTTPS_PROXY: 'http://127.0.0.1:9',
    };
    const { code, stdout, stderr } = await terminal.run(['brief', file], { environment });
    assert.equal(code, 0, stderr);
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /A fallback answered in place of Hugging Face, meta-llama\/Llama-3\.1-8B-Instruct: /,
    );
    assert.match(stdout, /computed here, no language model/);
  });

  it('ends at an interrupt while it waits for standard input', async () => {
    const { child, ended } = terminal.start(['brief', '-']);
    // More than a pipe holds: once it is taken, the program is reading.
    await new Promise((resolve) => child.stdin?.write('oak table\n'.repeat(30_000), resolve));
    child.kill('SIGINT');
    assert.deepEqual(await ended, { code: 130, stdout: '', stderr: 'Cancelled.\n' });
  });

  it('does not mind when nobody reads on', async () => {
    const { child, ended } = terminal.start(['brief', SAMPLE, '--json']);
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('works where nothing can be written, and says what is not kept', async () => {
    // Files stand where folders should be.
    await writeFile(terminal.data, '');
    const { code, stdout, stderr } = await terminal.run(['brief', file, '--workspace', file]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Market Brief\n/);
    assert.match(stderr, /Failed to log LexyBrain request \(non-blocking\)/);
  });
});

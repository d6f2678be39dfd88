import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { insightResultSchema } from '../../src/generation/types.ts';
import { chatStream } from '../fakes/chat-wire.ts';
import { FakeServer } from '../fakes/http-server.ts';
import { Terminal } from '../fakes/terminal.ts';
import { briefDraft, CHAT, MODEL, modelList, MODELS, SAMPLE, TOKEN } from '../fakes/world.ts';
import { ROOT } from '../harness/paths.ts';
import { packagedExtension } from '../harness/vsix.ts';

describe('the bundled terminal program', function () {
  this.timeout(180_000);
  let terminal: Terminal;
  before(async () => {
    await packagedExtension();
    terminal = await Terminal.open(join(ROOT, 'dist', 'cli.js'));
  });
  after(() => terminal.close());

  it('shows the sample that ships with it, and logs it', async () => {
    const { code, stdout, stderr } = await terminal.run(['brief']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Market Brief\n/);
    assert.doesNotMatch(stderr, /Failed to log/);
    assert.ok(existsSync(join(terminal.folder, '.lexybrain', 'lexybrain.db')));
  });

  it('asks a model over HTTP', async () => {
    const server = await FakeServer.start();
    server
      .on(MODELS, modelList)
      .on(CHAT, chatStream({ pieces: [JSON.stringify(briefDraft())], model: MODEL }));
    const words = [
      'brief',
      SAMPLE,
      '--provider',
      'huggingface',
      '--base-url',
      `${server.origin}/v1`,
      '--json',
    ];
    const { code, stdout, stderr } = await terminal.run(words, { environment: { HF_TOKEN: TOKEN } });
    await server.stop();
    assert.equal(code, 0, stderr);
    const { insight, meta } = JSON.parse(stdout) as { insight: unknown; meta: object };
    assert.equal(insightResultSchema.parse({ insight, ...meta }).model.id, MODEL);
  });

  it('refuses what it cannot use', async () => {
    const { code, stderr } = await terminal.run(['brief', 'nowhere.csv']);
    assert.equal(code, 2);
    assert.match(stderr, /^There is no file nowhere\.csv\.\nCheck/);
  });
});

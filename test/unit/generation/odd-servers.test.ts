import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import type { Responder } from '../../fakes/http-server.ts';
import {
  BAD_ANYWHERE,
  BAD_CHATS,
  BAD_MESSAGES,
  GOOD_CHATS,
  GOOD_MESSAGES,
  type Odd,
} from '../../fakes/odd-servers.ts';
import { CHAT, World } from '../../fakes/world.ts';

const KEY = 'sk-aVerySecretKeyOfTheseTests4711';

interface Wire {
  readonly route: string;
  readonly good: Readonly<Record<string, Responder>>;
  readonly bad: Readonly<Record<string, Odd>>;
}

const CHATS: Wire = { route: CHAT, good: GOOD_CHATS, bad: { ...BAD_CHATS, ...BAD_ANYWHERE } };
const WIRES: Readonly<Record<string, Wire>> = {
  huggingface: CHATS,
  openai: CHATS,
  local: CHATS,
  anthropic: {
    route: 'POST /v1/messages',
    good: GOOD_MESSAGES,
    bad: { ...BAD_MESSAGES, ...BAD_ANYWHERE },
  },
};

describe('An odd server', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    world.environment = { HF_TOKEN: KEY, OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY };
    world.engine = world.newEngine();
  });
  afterEach(() => world.stop());

  for (const [provider, { route, good, bad }] of Object.entries(WIRES)) {
    const pick = { provider, model: 'm' };
    describe(`as ${provider}`, () => {
      beforeEach(() => {
        world.settings[`${provider}.baseUrl`] = `${world.server.origin}/v1`;
        world.settings['prices'] = { [`${provider}/m`]: { input: 1, output: 2 } };
      });

      it('with its own way of answering gives a good insight, and its cost is right', async () => {
        for (const [name, responder] of Object.entries(good)) {
          world.server.on(route, responder);
          const { insight, usage } = await world.ask({ pick, fresh: true }).catch((error: unknown) => {
            throw new Error(name, { cause: error });
          });
          assert.match(JSON.stringify(insight), /hand carved nativity set/, name);
          assert.equal(usage.estimated, false, name);
          const cost = provider === 'local' ? 0 : usage.tokensIn * 1000 + usage.tokensOut * 2000;
          assert.equal(usage.costNanoUsd, cost, name);
        }
      });

      for (const [name, [responder, reason, words, advice]] of Object.entries(bad)) {
        it(`with ${name} gives one clear error`, async () => {
          world.server.on(route, responder);
          // A model on this machine is waited for while it loads.
          if (reason === 'provider-loading') world.settings['timeout.firstToken'] = 1;
          const error: unknown = await world.ask({ pick }).catch((thrown: unknown) => thrown);
          assert.ok(LexyBrainError.is(error), String(error));
          assert.equal(error.reason, reason, error.message);
          assert.match(error.message, words);
          if (provider !== 'local' && advice !== undefined) assert.match(error.advice ?? '', advice);
          assert.ok((error.advice ?? '') !== '', 'an error without a next step');
          assert.ok(!JSON.stringify([error.toUserText(), error.rawAnswer, world.log.lines]).includes(KEY));
        });
      }
    });
  }
});

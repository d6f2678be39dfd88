import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { foreignNumbers } from '../../../src/insights/grounding.ts';
import { INSIGHTS, insightType } from '../../../src/insights/index.ts';
import { makeDigest } from '../../../src/keywords/digest.ts';
import { readKeywordList } from '../../../src/keywords/read.ts';
import { analyseList } from '../../../src/keywords/statistics.ts';
import type { KeywordList } from '../../../src/keywords/types.ts';
import { INPUT, insightOf, viewOf } from '../../fakes/analysed-list.ts';

const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const NATIVITY = 'erank-keyword-tool-nativity-set-excerpt.csv';

const read = async (file: string): Promise<KeywordList> =>
  readKeywordList(readFileSync(new URL(file, SAMPLES)), { name: file });

describe('insights of real exports', () => {
  if (!existsSync(SAMPLES)) {
    it('are checked where the samples are', () => {
      process.stdout.write(
        '      The folder of real exports is not beside this project; its checks did not run.\n',
      );
    });
    return;
  }

  for (const file of readdirSync(SAMPLES).filter((name) => /\.(csv|txt)$/.test(name))) {
    it(file, async () => {
      const list = await read(file);
      for (const product of [null, 'hand-made candles']) {
        const input = { ...INPUT, product, market: list.market ?? 'other' };
        const view = viewOf(input);
        const digest = makeDigest(list, analyseList(list, view), view, { tokenBudget: 1200 });
        for (const type of INSIGHTS) {
          const { insight, rows } = insightOf(type, list, input);
          assert.deepEqual(type.insightSchema.parse(insight), insight);
          assert.deepEqual(foreignNumbers(type.prose(insight), rows, digest.text, input), []);
        }
      }
    });
  }

  it('recommends no dog and no brand to a carver of nativity sets', async () => {
    const list = await read(NATIVITY);
    const input = { ...INPUT, product: 'hand-carved nativity set' };
    const radar = insightOf(insightType('opportunity_radar'), list, input).insight.items.map(
      ({ term }) => term,
    );
    const ads = insightOf(insightType('ad_insight'), list, input).insight.budget_split.map(
      ({ term }) => term,
    );
    for (const term of [...radar, ...ads]) {
      assert.match(term, /nativity/, term);
      assert.doesNotMatch(term, /collie|retriever|fontanini|nambe|pooh|disney|willow tree/i);
    }
    const brief = insightOf(insightType('market_brief'), list, input).insight;
    assert.match(brief.actions[0] ?? '', /“nativity set”/);
    assert.match(brief.niche, /nativity set/i);
  });
});

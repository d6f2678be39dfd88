import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readInsight } from '../../../src/protocol/insights.ts';
import { toPanelSchema } from '../../../src/protocol/messages.ts';
import { INSIGHT_TYPES } from '../../../src/insights/catalogue.ts';
import { INSIGHTS, modelResult, resultView, RUNNING, state } from '../../browser/panel/states.ts';

describe('what the panel reads of an insight', () => {
  it('has every part of a finished one', () => {
    const view = readInsight('market_brief', INSIGHTS.market_brief);
    assert.equal(view?.type, 'market_brief');
    assert.equal(view.insight.top_opportunities.length, 5);
    assert.equal(view.insight.confidence, 0.78);
    assert.equal(readInsight('ad_insight', INSIGHTS.ad_insight)?.insight !== undefined, true);
  });

  it('leaves out items that are not whole and keeps the places of the others', () => {
    const view = readInsight('risk_sentinel', {
      alerts: [
        { term: 'a', issue: 'half', severity: 'dire' },
        { term: null, issue: 'whole', severity: 'low', evidence: '', action: '' },
      ],
    });
    assert.equal(view?.type, 'risk_sentinel');
    assert.deepEqual(
      view.insight.alerts.map(({ index, item }) => [index, item.issue]),
      [[1, 'whole']],
    );
  });

  it('never throws, whatever a model or a file says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INSIGHT_TYPES), fc.anything(), (type, value) => {
        const view = readInsight(type, value);
        return view === null || view.type === type;
      }),
    );
  });

  it('travels in the messages, finished or not', () => {
    for (const view of [RUNNING, ...INSIGHT_TYPES.map((type) => resultView(modelResult(type)))]) {
      assert.equal(toPanelSchema.safeParse({ type: 'state', state: state(view) }).success, true);
    }
  });
});

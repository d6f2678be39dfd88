import type { InsightResult } from '../generation/types.ts';
import { cleanLine } from '../insights/text.ts';

/** One line on where an insight is from: who answered, kept or fresh, grounding, tokens and cost, time. */
export function provenanceOf(result: InsightResult): string {
  const { model, cache, grounding, usage, timing } = result;
  const by = model.servedBy === null ? '' : ` via ${model.servedBy}`;
  const parts = [
    model.computed ? 'computed here, no language model' : `${model.provider}/${model.id}${by}`,
    cache.hit ? `from the cache, made ${result.generatedAt.slice(0, 16).replace('T', ' ')} UTC` : 'fresh',
    `${grounding.grounded} of ${grounding.claimed} terms stand in the list`,
    ...(model.computed || cache.hit ? [] : [tokensOf(usage), costOf(usage)]),
    `${(timing.latencyMs / 1000).toFixed(1)} s`,
  ];
  return cleanLine(parts.join(' · '));
}

function tokensOf({ tokensIn, tokensOut, estimated }: InsightResult['usage']): string {
  const count = new Intl.NumberFormat('en-US');
  return `${estimated ? 'about ' : ''}${count.format(tokensIn)} tokens in, ${count.format(tokensOut)} out`;
}

/** With where the price is from and of when it is. */
function costOf({ costNanoUsd: nanoUsd, priceSource }: InsightResult['usage']): string {
  if (nanoUsd === null) return 'cost not known';
  if (nanoUsd === 0) return 'no cost';
  const usd = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    maximumSignificantDigits: 2,
  });
  return `costs ${usd.format(nanoUsd / 1e9)}${priceSource === null ? '' : ` (${priceSource})`}`;
}

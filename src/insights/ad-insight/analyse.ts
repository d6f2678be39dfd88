import type { KeywordFigures, KeywordList, ListAnalysis } from '../../keywords/types.ts';
import { brandRows, cpcText, levelIn, mostWanted, readList, type Reading } from '../analyst/reading.ts';
import { praise } from '../analyst/praise.ts';
import { joinWords, quote } from '../text.ts';
import type { InsightInput } from '../types.ts';
import type { AdInsightDraft, Priority } from './schema.ts';
import { adWeight } from './weight.ts';

const TERMS = 8;

/** The built-in ad insight: the terms of most weight to an advertiser among those worth writing for. */
export function analyseAdInsight(
  list: KeywordList,
  analysis: ListAnalysis,
  input: InsightInput,
): AdInsightDraft {
  const reading = readList(list, analysis, input);
  const rows = reading.best.toSorted((a, b) => adWeight(b) - adWeight(a)).slice(0, TERMS);
  const most = rows[0] === undefined ? 0 : adWeight(rows[0]);
  return {
    terms: rows.map((row, turn) => ({
      term: row.term,
      priority: priorityOf(adWeight(row), most),
      why: whyPay(reading, row, turn),
    })),
    notes: notesOf(reading),
  };
}

/** High from 80 % of the best term's weight, low below half of it. */
function priorityOf(weight: number, most: number): Priority {
  if (weight >= 0.8 * most) return 'high';
  return weight >= 0.5 * most ? 'medium' : 'low';
}

function whyPay(reading: Reading, row: KeywordFigures, turn: number): string {
  if (row.cpc === null) return praise(reading, row, turn);
  const price = cpcText(row, reading);
  switch (levelIn(row.cpc, reading.figures.quantiles.cpc)) {
    case 'bottom':
      return `${praise(reading, row, turn)} At ${price} a click it is among the cheapest in the list.`;
    case 'top':
      return praise(reading, row, turn);
    case 'middle':
    case 'alone':
      return `${praise(reading, row, turn)} A click costs about ${price}.`;
  }
}

function notesOf(reading: Reading): string {
  const { rules, analysis, offProduct, row } = reading;
  const brands = mostWanted(brandRows(reading), analysis, 2).map((index) => row(index).term);
  const unwanted = [...offProduct.slice(0, 3).map(({ term }) => term), ...brands];
  const out = joinWords(unwanted.map(quote));
  // Etsy Ads takes a daily budget per shop and picks the searches itself; single searches can be switched off.
  const how =
    rules.label === 'Etsy'
      ? 'Etsy Ads chooses the searches itself: advertise the listings that carry these keywords and read the split as what each of them deserves.'
      : 'Start with exact or phrase match, so that the money goes to these searches and not to loose relatives.';
  const exclude =
    unwanted.length === 0
      ? ''
      : rules.label === 'Etsy'
        ? ` Switch off ${out} where they turn up.`
        : ` Add ${out} as negative keywords.`;
  return `${how}${exclude} After 2 weeks move money from keywords with clicks and no orders to those that sell.`;
}

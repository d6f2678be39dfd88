import { INSIGHT_CATALOGUE, INSIGHT_TYPES, type InsightTypeId } from '../insights/catalogue.ts';

const INSIGHT_STRINGS = Object.fromEntries(
  INSIGHT_TYPES.flatMap((id) => {
    const { title, tab, about } = INSIGHT_CATALOGUE[id];
    return [
      [`type.${id}`, title],
      [`tab.${id}`, tab],
      [`about.${id}`, about],
    ];
  }),
) as Record<`${'type' | 'tab' | 'about'}.${InsightTypeId}`, string>;

/**
 * The panel's words in English, by key. The extension translates them and sends them in a `strings` message;
 * a key it does not send stays English. `{0}`, `{1}` are filled in by the panel. Keys that end in `.one` and
 * `.other` are the singular and the plural of one phrase.
 */
export const PANEL_STRINGS = {
  // The four insights
  ...INSIGHT_STRINGS,
  'tabs.label': 'Insights for this list',
  'about.adBudget': 'You are asked for the daily budget first.',

  // Head
  'subject.keywords.one': '{0} keyword',
  'subject.keywords.other': '{0} keywords',
  'subject.list': 'List',
  'subject.market': 'Market',
  'subject.product': 'Product',
  'subject.noProduct': 'not told',
  'toolbar.label': 'What to do with this insight',
  'toolbar.askAgain': 'Ask again',
  'toolbar.askAgainHint': 'Asks for a fresh answer; the cached one is passed by',
  'toolbar.insert': 'Insert',
  'toolbar.insertHint': 'Inserts this insight at the cursor of the editor',
  'toolbar.insertNoEditor': 'Open a text file to insert into',
  'toolbar.copyMarkdown': 'Copy as Markdown',
  'toolbar.copyTags': 'Copy tags',
  'toolbar.copyTagsHint': 'Copies the terms as one comma-separated line',

  // Nothing yet, not run, running, failed
  'empty.title': 'Read a market from a keyword list',
  'empty.start':
    'Open a keyword export or a plain list, then run “LexyBrain: Market Brief” from the Command Palette.',
  'empty.also': 'Or right-click a list in the Explorer, or select keywords in an editor.',
  'empty.pick': 'Choose a keyword list…',
  'empty.four': 'What you can ask for',
  'notRun.title': '{0} has not been asked for this list yet',
  'notRun.run': 'Run {0}',
  'running.title': '{0} is being made',
  'running.cancel': 'Cancel',
  'running.stage.reading': 'Reading the list',
  'running.stage.waiting': 'Waiting for the model',
  'running.stage.answering': 'The answer is coming in',
  'running.stage.asking-again': 'Asking again: the first answer did not hold against the list',
  'running.stage.checking': 'Checking every term against the list',
  'running.partial': 'Still being written',
  'running.partialHint': 'Only whole items that stand in the list are shown; they may still change.',
  'error.title': '{0} could not be made',
  'error.unreadable': 'This answer is damaged and cannot be shown.',
  'error.unreadableAdvice': 'Ask again for a fresh one.',
  'announce.started': '{0} started.',
  'announce.finished': '{0} is ready.',
  'announce.stopped': '{0} was stopped.',

  // Who answered, and how far to trust it
  'answer.label': 'About this answer',
  'answer.computed': 'Computed by the built-in analyst, no language model',
  'answer.by': 'Answered by {0}',
  'answer.servedBy': 'served by {0}',
  'answer.cached': 'From the cache, made {0}',
  'answer.fresh': 'Fresh, made {0}',
  'answer.tokens': '{0} tokens in, {1} out',
  'answer.tokensEstimated': 'about {0} tokens in, {1} out (estimated)',
  'answer.costNone': 'no cost',
  'answer.costUnknown': 'cost unknown',
  'answer.took': 'took {0}',
  'answer.grounding': '{0} of {1} terms stand in the list',
  'answer.dropped.one': '{0} term was left out because it is not in the list:',
  'answer.dropped.other': '{0} terms were left out because they are not in the list:',
  'answer.foreign.one': '{0} number in the text is not from the list; it is marked',
  'answer.foreign.other': '{0} numbers in the text are not from the list; they are marked',
  'answer.details': 'Details',
  'answer.provider': 'Provider',
  'answer.model': 'Model',
  'answer.served': 'Served by',
  'answer.made': 'Made',
  'answer.reusedUntil': 'Reused until',
  'answer.time': 'Time',
  'answer.firstToken': 'first words after {0}',
  'answer.usage': 'Tokens',
  'answer.cost': 'Cost',
  'answer.price': 'price from {0}',
  'answer.attempts': 'Attempts',
  'answer.structure': 'Form of the answer',
  'answer.structure.schema': 'held to a JSON schema',
  'answer.structure.json': 'JSON mode',
  'answer.structure.instructions': 'by instructions only',
  'answer.structure.computed': 'computed',
  'answer.keywordList': 'Keyword list',
  'answer.listDropped': 'Left out of the list',
  'foreign.mark': 'not from the list',

  // Figures beside a term
  'term.openRow': 'Open {0} in its list, row {1}',
  'term.open': 'Open {0} in its list',
  'term.notInRows': 'no figures',
  'term.brandLike': 'looks like a brand',
  'figure.demand.monthly': 'searches a month',
  'figure.demand.bucket': 'searches a month, rounded',
  'figure.demand.range': 'searches a month, middle of a range',
  'figure.demand.impressions': 'impressions',
  'figure.demand.index': 'demand index',
  'figure.demand.rank': 'search rank (lower is more)',
  'figure.competition.index': 'competition',
  'figure.competition.density': 'competition density',
  'figure.competition.difficulty': 'difficulty',
  'figure.competition.count': 'competing listings',
  'figure.trend': 'trend',
  'figure.cpc': 'a click',
  'figure.clicks': 'clicks',
  'figure.engagement': 'click rate',
  'figure.opportunity': 'opportunity',
  'score.of100': '{0} of 100',
  'score.strong': 'strong',
  'score.fair': 'fair',
  'score.weak': 'weak',
  'score.unknown': 'unknown',

  // Market Brief
  'brief.metrics': 'Key figures',
  'brief.opportunities': 'Write for these',
  'brief.risks': 'Be careful with these',
  'brief.actions': 'What to do, in this order',
  'brief.scopeTerm': 'term',
  'brief.scopeList': 'whole list',
  'brief.noOpportunities': 'No term of this list stands out as an opportunity.',
  'brief.noRisks': 'No risks were found in this list.',
  'confidence.label': 'Confidence {0} %',
  'confidence.high': 'high',
  'confidence.medium': 'medium',
  'confidence.low': 'low',
  'confidence.why':
    'How far this brief can be trusted, as the engine computes it: how many keywords have figures, how long the list is, and what share of the terms named stands in the list. It says nothing about whether the market is good.',

  // The chart
  'chart.title': 'Demand against competition',
  'chart.label': 'Chart of {0} terms by demand and competition. The table below has the same numbers.',
  'chart.competition': 'Competition',
  'chart.demand': 'Demand',
  'chart.less': 'less',
  'chart.more': 'more',
  'chart.sweetSpot': 'wanted, little contested',
  'chart.opportunity': 'opportunity, by its number',
  'chart.risk': 'risk, by its letter',
  'chart.table': 'The same numbers as a table',
  'chart.scoreNote': 'Both axes are scores within this list, 0 to 100.',
  'chart.leftOut.one': '{0} term has no demand or no competition in the list and is not drawn.',
  'chart.leftOut.other': '{0} terms have no demand or no competition in the list and are not drawn.',
  'column.term': 'Term',
  'column.mark': 'Mark',
  'column.demandFigure': 'Demand in the list',
  'column.competitionFigure': 'Competition in the list',
  'column.demandScore': 'Demand',
  'column.competitionScore': 'Competition',

  // Opportunity Radar
  'radar.caption': 'Terms with their scores from 0 to 100',
  'radar.sort': 'Sort by',
  'radar.order': 'Rank',
  'radar.demand': 'Demand',
  'radar.momentum': 'Momentum',
  'radar.competition': 'Competition',
  'radar.novelty': 'Novelty',
  'radar.profit': 'Profit',
  'radar.lowerIsBetter': 'lower is better',
  'radar.none': 'No term of this list stands out on the radar.',
  'radar.notScored': 'Not scored, because the list does not have the figures for it: {0}.',
  'radar.missing': 'A dash means that the list does not have the figures for this score.',

  // Ad Insight
  'ads.split': 'Daily budget by term',
  'ads.caption': 'Split of the daily budget over the terms',
  'ads.daily': 'Daily',
  'ads.share': 'Share',
  'ads.cpc': 'Cost per click',
  'ads.clicks': 'Clicks a day',
  'ads.total': 'Total',
  'ads.budget': 'Daily budget',
  'ads.spent': 'Split',
  'ads.left': 'Left over',
  'ads.assumed': 'assumed',
  'ads.assumption':
    'Cost per click of {0} is your assumption where the list gives none; the clicks there follow from it.',
  'ads.noCurrency': 'The currency was not told.',
  'ads.notes': 'Advice',
  'ads.none': 'No term of this list was worth a share of the budget.',

  // Risk Sentinel
  'risks.high': 'High',
  'risks.medium': 'Medium',
  'risks.low': 'Low',
  'risks.summary': 'Alerts by severity',
  'risks.evidence': 'Evidence',
  'risks.action': 'What to do',
  'risks.wholeList': 'The whole list',
  'risks.none': 'Nothing to warn of in this list.',

  // Rating
  'rating.question': 'Was this insight useful?',
  'rating.positive': 'Useful',
  'rating.neutral': 'Neutral',
  'rating.negative': 'Not useful',
  'rating.note': 'What was good or bad about it? (optional)',
  'rating.save': 'Save note',
  'rating.saving': 'Saving…',
  'rating.saved': 'Saved',
  'rating.withdraw': 'Withdraw rating',
  'rating.impossible': 'This insight was not logged, so it cannot be rated.',

  // The list preview
  'list.reading': 'Reading the list…',
  'list.failed': '{0} cannot be shown',
  'list.chooseColumns': 'Choose columns…',
  'list.openText': 'Open the file',
  'list.insights': 'Insights from this list',
  'list.facts': 'About this list',
  'list.currency': 'Currency',
  'list.currencyUnknown': 'not in the file',
  'list.judgedFor': 'Opportunity is judged for “{0}”.',
  'list.leftOut': 'Left out: {0}.',
  'list.notes.one': '{0} note on the reading',
  'list.notes.other': '{0} notes on the reading',
  'list.guessed': 'The columns were guessed by what is in them: please check.',
  'list.recognised': 'The columns were recognised by their names.',
  'list.confirmed': 'The columns are read as you chose.',
  'list.grid': 'Keywords of {0}. Enter opens a row in the file.',
  'list.search': 'Search keywords',
  'list.found': '{0} of {1} keywords',
  'list.noneFound': 'No keyword of the list holds “{0}”.',
  'list.row': 'Row',
  'list.keyword': 'Keyword',
  'list.opportunity': 'Opportunity',
  'list.demand': 'Demand',
  'list.competition': 'Competition',
  'list.trend': 'Trend',
  'list.cpc': 'Cost per click',
  'list.clicks': 'Clicks',
  'list.engagement': 'Click rate',
  'list.sortBy': 'Sort by {0}',
  'list.sorted': 'Sorted by {0}.',
  'list.loading': 'loading',
  'list.mixedKinds': 'several kinds',

  // Two models side by side
  'compare.title': 'Which answer is better?',
  'compare.hint': 'Both were asked the same. Who gave which is shown once you have picked.',
  'compare.first': 'Answer A',
  'compare.second': 'Answer B',
  'compare.better': '{0} is better',
  'compare.chosen': 'Your pick',
  'compare.picked': 'Your pick is kept. LexyBrain: Show Usage sums up all of them.',
  'compare.notLogged': 'These answers were not logged, so no pick can be kept.',
  'compare.failed': 'One of them failed, so there is nothing to pick between.',

  // Past insights
  'history.title': 'Past insights',
  'history.more': 'Show more',
  'history.rated': 'rated: {0}',
} as const satisfies Readonly<Record<string, string>>;

export type PanelStringKey = keyof typeof PANEL_STRINGS;

/** Phrases that have a singular and a plural. */
export type CountedKey = PanelStringKey extends infer Key
  ? Key extends `${infer Stem}.one`
    ? Stem
    : never
  : never;

/** Replaces `{0}`, `{1}`, … by the values; a placeholder without a value stays as it is. */
export function fillIn(text: string, values: readonly (string | number)[]): string {
  return text.replaceAll(/\{(\d+)\}/g, (placeholder, position: string) =>
    String(values[Number(position)] ?? placeholder),
  );
}

import { ahrefs } from './ahrefs.ts';
import { amazonSearchQueryPerformance, amazonSponsoredProducts, amazonTopSearchTerms } from './amazon.ts';
import { erankBulk, erankKeywordTool, erankTagReport } from './erank.ts';
import { etsyAdsByDay } from './etsy-ads.ts';
import { everbee } from './everbee.ts';
import type { Format } from './format.ts';
import { googleAdsSearchKeywords, googleAdsSearchTerms, googleAdsTermsInsight } from './google-ads.ts';
import { googleKeywordPlanner } from './google-keyword-planner.ts';
import { googleSearchConsole } from './google-search-console.ts';
import { googleTrendsRegions, googleTrendsRelated, googleTrendsTimeline } from './google-trends.ts';
import { helium10Cerebro, helium10Chinese, helium10Magnet } from './helium10.ts';
import { keywordToolIo } from './keywordtool-io.ts';
import { semrush, semrushApi, semrushOrganic, semrushPositionTracking } from './semrush.ts';
import { ubersuggest, ubersuggestSite } from './ubersuggest.ts';
import { yandexWordstat } from './yandex-wordstat.ts';

/** Every format that is known, the most specific signature first: names such as `Keyword` and `Volume` are shared. */
export const FORMATS: readonly Format[] = [
  googleTrendsRelated,
  googleTrendsTimeline,
  googleTrendsRegions,
  etsyAdsByDay,
  googleKeywordPlanner,
  googleAdsTermsInsight,
  googleAdsSearchKeywords,
  amazonTopSearchTerms,
  amazonSearchQueryPerformance,
  amazonSponsoredProducts,
  googleAdsSearchTerms,
  helium10Cerebro,
  helium10Magnet,
  helium10Chinese,
  erankTagReport,
  erankBulk,
  erankKeywordTool,
  ahrefs,
  ubersuggest,
  ubersuggestSite,
  keywordToolIo,
  semrushOrganic,
  semrushApi,
  semrushPositionTracking,
  semrush,
  everbee,
  googleSearchConsole,
  yandexWordstat,
];

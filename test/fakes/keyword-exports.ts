/** A small made-up file with the header, preamble and quirks of a real export, and what must be read of it. */
export interface ExportExample {
  readonly tool: string;
  readonly market: string | null;
  readonly text: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly currency?: string;
  readonly name?: string;
  readonly encoding?: 'utf16le';
  readonly dropped?: Readonly<Record<string, number>>;
  readonly delimiter?: string;
}

export const EXPORTS: readonly ExportExample[] = [
  {
    tool: 'erank-keyword-tool',
    market: 'etsy',
    text: '"Keywords","Average Searches","Competition","KD","Tag Occurrences"\r\n"felt crib",1200,5120,"73","1"\r\n"clay crib",12,"-","","0"\r\n',
    rows: [
      { term: 'felt crib', demand: '1200 monthly', competition: '0.73 difficulty' },
      { term: 'clay crib', demand: '12 monthly' },
    ],
  },
  {
    tool: 'erank-keyword-tool',
    market: 'etsy',
    text: 'eRank - Keyword Tool - crib\n\nKeywords,Search Trend,Avg. Searches,KD\nfelt crib,12%,"1,200",63\nclay crib,Unknown,< 20,\n',
    rows: [
      { term: 'felt crib', demand: '1200 monthly', competition: '0.63 difficulty', trend: 0.12 },
      { term: 'clay crib', demand: '<20 monthly' },
    ],
    dropped: { 'preamble line': 1 },
  },
  {
    tool: 'erank-bulk',
    market: 'etsy',
    text: '"Keywords","Avg Searches","Avg Clicks","Avg CTR","Etsy Competition","Keyword Difficulty"\r\n"hoops","412","430","104%","1,204,118","100"\r\n"floss","< 20","Unknown","< 20%","31,005",""\r\n',
    rows: [
      { term: 'hoops', demand: '412 monthly', competition: '1 difficulty', clicks: 430, engagement: 1.04 },
      { term: 'floss', demand: '<20 monthly', engagement: 0.2 },
    ],
  },
  {
    tool: 'erank-bulk',
    market: 'etsy',
    text: 'Keywords,Avg Searches,Avg Clicks,Avg CTR,Etsy Competition\r\nhoops,412,430,104%,"1,204,118"\r\n',
    rows: [
      { term: 'hoops', demand: '412 monthly', competition: '1204118 count', clicks: 430, engagement: 1.04 },
    ],
  },
  {
    tool: 'erank-tags',
    market: 'etsy',
    text: 'Tag,Tag  Occurrences,Avg  Searches (USA),Etsy Competition (USA)\r\nhoops,7,412,"1,204,118"\r\n',
    rows: [{ term: 'hoops', demand: '412 monthly', competition: '1204118 count' }],
  },
  {
    tool: 'helium10-magnet',
    market: 'amazon',
    name: 'US_AMAZON_magnet__2026-01-01.csv',
    text: '\ufeffKeyword Phrase,,,Keyword Sales,Magnet IQ Score,Search Volume,Search Volume Trend,H10 PPC Sugg. Bid,Competing Products,mine\r\nspeckled mug,,,2,"1,204","1,733",26,0.55,">1,000",x\r\nplain mug,,,-,7,0,n/a,-,187,y\r\n',
    rows: [
      { term: 'speckled mug', demand: '1733 monthly', competition: '>1000 count', trend: 0.26, cpc: 0.55 },
      { term: 'plain mug', demand: '0 monthly', competition: '187 count' },
    ],
  },
  {
    tool: 'helium10-cerebro',
    market: 'amazon',
    text: 'Keyword Phrase,"Mine (a, b)",ABA Total Click Share,Cerebro IQ Score,Search Volume,Search Volume Trend,H10 PPC Sugg. Bid,Competing Products\r\nspeckled mug,R,31.2,1999,70210,-9,0.66,30000\r\n',
    rows: [
      {
        term: 'speckled mug',
        demand: '70210 monthly',
        competition: '30000 count',
        trend: -0.09,
        cpc: 0.66,
        engagement: 0.312,
      },
    ],
  },
  {
    tool: 'helium10',
    market: 'amazon',
    text: '关键词词组,搜索量,竞品数\nspeckled mug,500,>2000\n',
    rows: [{ term: 'speckled mug', demand: '500 monthly', competition: '>2000 count' }],
  },
  {
    tool: 'google-keyword-planner',
    market: 'google',
    encoding: 'utf16le',
    delimiter: '\t',
    currency: 'EUR',
    text:
      '\ufeffKeyword Stats 2026-01-02 at 10_00_00\n"December 1, 2024 - November 30, 2025"\n' +
      'Keyword\tCurrency\tAvg. monthly searches\tThree month change\tYoY change\tCompetition\tCompetition (indexed value)\tTop of page bid (low range)\tTop of page bid (high range)\tSearches: Dec 2024\tSearches: Jan 2025\n' +
      'pine crib\tEUR\t120\t-62.5%\t∞\tLow\t4\t0.27\t0.31\t100\t140\nfir crib\tEUR\t\t --\t0%\tUnknown\t\t\t\t\t\n',
    rows: [
      { term: 'pine crib', demand: '120 monthly', competition: '0.04 index', trend: -0.625, cpc: 0.29 },
      { term: 'fir crib' },
    ],
    dropped: { 'preamble line': 2 },
  },
  {
    tool: 'google-keyword-planner',
    market: 'google',
    text: 'Keyword,Segmentation,Currency,Avg. monthly searches,Competition (indexed value)\n,All,EUR,55000,\npine crib,,EUR,50,3\nfir crib,,EUR,5000,90\nelm crib,,EUR,0,\n',
    currency: 'EUR',
    rows: [
      { term: 'pine crib', demand: '50 bucket', competition: '0.03 index' },
      { term: 'fir crib', demand: '5000 bucket', competition: '0.9 index' },
      { term: 'elm crib', demand: '0 bucket' },
    ],
    dropped: { 'no keyword': 1 },
  },
  {
    tool: 'google-ads-search-terms',
    market: 'google',
    currency: 'AUD',
    text: 'Search terms report\n1 May 2026 - 2 May 2026\nSearch term,Match type,Clicks,Impr.,CTR,Currency code,Avg. CPC\npine crib,Exact match,1,4,25.00%,AUD,1.85\nTotal: Account,,1,"1,004",1%,AUD,1.85\n',
    rows: [{ term: 'pine crib', demand: '4 impressions', cpc: 1.85, clicks: 1, engagement: 0.25 }],
    dropped: { 'preamble line': 2, 'totals row': 1 },
  },
  {
    tool: 'google-ads-keywords',
    market: 'google',
    currency: 'AUD',
    text: 'Search keyword report\nAll time\nKeyword status,Keyword,Match type,Currency code,Clicks,Impr.\nEnabled,[pine crib],Exact,AUD,3,40\nEnabled,"""fir crib""",Phrase,AUD,1,20\n --,Total: Campaign,,AUD,4,60\n',
    rows: [
      { term: 'pine crib', demand: '40 impressions', clicks: 3 },
      { term: 'fir crib', demand: '20 impressions', clicks: 1 },
    ],
    dropped: { 'preamble line': 2, 'totals row': 1 },
  },
  {
    tool: 'google-ads-terms-insight',
    market: 'google',
    text:
      'Search terms insight report\nAll time\nSearch category,Search subcategory,Search terms,Search volume,Search volume (Change %),Clicks,CTR\n' +
      'cribs,pine crib,pine crib,"1,000 - 10,000",12%,5,10%\ncribs,fir crib,,10 - 100,-5%,1,5%\ncribs,cribs – Total,,,,6,8%\nUncategorised search terms,,,,,2,1%\n',
    rows: [
      { term: 'pine crib', demand: '1000 range', trend: 0.12, clicks: 5, engagement: 0.1 },
      { term: 'fir crib', demand: '10 range', trend: -0.05, clicks: 1, engagement: 0.05 },
    ],
    dropped: { 'preamble line': 2, 'totals row': 2 },
  },
  {
    tool: 'google-trends-timeline',
    market: 'google',
    text: 'Catégorie : Toutes\r\n\r\nSemaine,pine crib: (USA),fir crib： (美国)\r\n2025-01-05,2,<1\r\n2025-01-12,4,1\r\n2025-02-02,9,0\r\n',
    rows: [
      { term: 'pine crib', demand: '5 index' },
      { term: 'fir crib', demand: '0.5 index' },
    ],
    dropped: { 'preamble line': 1 },
  },
  {
    tool: 'google-trends-related',
    market: 'google',
    text: 'Category: All categories\n"crib: (2/4/24, 9:52\u202fAM)"\n\nTOP\npine crib,100\nfir crib,95\n\nRISING\nelm crib,Breakout\npine crib,"+1,450%"\n',
    rows: [
      { term: 'pine crib', demand: '100 index', trend: 14.5 },
      { term: 'fir crib', demand: '95 index' },
      { term: 'elm crib' },
    ],
    dropped: { 'preamble line': 2 },
  },
  {
    tool: 'google-search-console',
    market: 'google',
    text: 'Top queries,Clicks,Impressions,CTR,Position\npine crib,350,5600,6.25%,2.5\n',
    rows: [{ term: 'pine crib', demand: '5600 impressions', clicks: 350, engagement: 0.0625 }],
  },
  {
    tool: 'semrush',
    market: 'google',
    currency: 'GBP',
    text: 'Keyword,Intent,Volume,Trend,Keyword Difficulty,CPC (GBP),SERP Features\npine crib,,220,"0.10,0.20,0.30,0.40,0.50,0.60,0.70,0.80,0.90,1.00,0.90,0.50",15,4.62,"AI, Images"\n',
    rows: [{ term: 'pine crib', demand: '220 monthly', competition: '0.15 difficulty', trend: 3, cpc: 4.62 }],
  },
  {
    tool: 'semrush',
    market: 'google',
    currency: 'USD',
    delimiter: ';',
    text: 'Keyword;Volume;Keyword Difficulty;CPC (USD);Competitive Density\npine crib;210;15;"4,62";"0,91"\nfir crib;90;7;"0,30";"0,10"\n',
    rows: [
      { term: 'pine crib', demand: '210 monthly', competition: '0.91 density', cpc: 4.62 },
      { term: 'fir crib', demand: '90 monthly', competition: '0.1 density', cpc: 0.3 },
    ],
  },
  {
    tool: 'semrush-organic-positions',
    market: 'google',
    text: 'Keyword,Position,Search Volume,Keyword Difficulty,CPC,Traffic (%)\npine crib,3,210,15,4.62,0.5\n',
    rows: [{ term: 'pine crib', demand: '210 monthly', competition: '0.15 difficulty', cpc: 4.62 }],
  },
  {
    tool: 'semrush-api',
    market: 'google',
    delimiter: ';',
    text: 'Keyword;Search Volume;CPC;Competition;Number of Results;Keyword Difficulty Index\r\npine crib;210;4.62;0.91;12000;15\r\n',
    rows: [{ term: 'pine crib', demand: '210 monthly', competition: '0.91 density', cpc: 4.62 }],
  },
  {
    tool: 'semrush-position-tracking',
    market: 'google',
    delimiter: ';',
    text: '---------\nReport type: positions\nDomain: example.org\n---------\n\nKeyword;example.org_20260101;example.org_20260102;Search Volume\npine crib;3;4;210\n',
    rows: [{ term: 'pine crib', demand: '210 monthly' }],
    dropped: { 'preamble line': 4 },
  },
  {
    tool: 'ahrefs',
    market: 'google',
    encoding: 'utf16le',
    delimiter: '\t',
    text:
      '\ufeff"#"\t"Keyword"\t"Country"\t"Difficulty"\t"Volume"\t"CPC"\t"CPS"\t"Parent Keyword"\t"SERP Features"\t"Global volume"\t"Traffic potential"\t"SV trend (01-2025 - 06-2025)"\t"SV Forecasting trend (07-2025 - 12-2025)"\n' +
      '"1"\t"pine crib"\t"gb"\t"35"\t"4200"\t"1.80"\t"0.90"\t"crib"\t"a,b,c,d,e"\t"31000"\t"3000"\t"100, 100, 100, 200, 200, 200"\t"9, 9, 9, 9, 9, 9"\n',
    rows: [{ term: 'pine crib', demand: '4200 monthly', competition: '0.35 difficulty', trend: 1, cpc: 1.8 }],
  },
  {
    tool: 'ubersuggest',
    market: 'google',
    currency: 'USD',
    text: 'No,Keyword,Search Volume,CPC,Paid Difficulty,SEO Difficulty\n1,pine crib,210,US$2.17,33,40\n',
    rows: [{ term: 'pine crib', demand: '210 monthly', competition: '0.33 difficulty', cpc: 2.17 }],
  },
  {
    tool: 'ubersuggest-site',
    market: 'google',
    text: 'Keywords,URL,Volume,Position,Est. Visits,SEO Difficulty\npine crib,https://example.org,210,3,17,40\n',
    rows: [{ term: 'pine crib', demand: '210 monthly', competition: '0.4 difficulty' }],
  },
  {
    tool: 'amazon-top-search-terms',
    market: 'amazon',
    text:
      '"Reporting Range=[""Weekly""]","Select week=[""Week 2 | 2026-01-04 - 2026-01-10""]"\n' +
      'Search Frequency Rank,Search Term,Top Clicked Product #1: Click Share,Top Clicked Product #2: Click Share,Top Clicked Product #3: Click Share\n17,pine crib,12.5,7.5,5\n',
    rows: [{ term: 'pine crib', demand: '17 rank', engagement: 0.25 }],
    dropped: { 'preamble line': 1 },
  },
  {
    tool: 'amazon-search-query-performance',
    market: 'amazon',
    text: 'Brand=["x"],Reporting Range=["Monthly"]\nSearch Query,Search Query Score,Search Query Volume,Clicks: Total Count\npine crib,1,4200,310\n',
    rows: [{ term: 'pine crib', demand: '4200 monthly', clicks: 310 }],
    dropped: { 'preamble line': 1 },
  },
  {
    tool: 'amazon-sponsored-products',
    market: 'amazon',
    currency: 'USD',
    text: 'Date,Currency,Customer Search Term ,Impressions,Clicks,Click-Thru Rate (CTR),Cost Per Click (CPC)\n2026-01-01,USD,pine crib,400,8,2.0%,$0.51\n',
    rows: [{ term: 'pine crib', demand: '400 impressions', cpc: 0.51, clicks: 8, engagement: 0.02 }],
  },
  {
    tool: 'keywordtool-io',
    market: null,
    text: 'Keywords,Search Volume (Average),CPC (USD),Competition\npine crib,210,0.51,0.9\n',
    currency: 'USD',
    rows: [{ term: 'pine crib', demand: '210 monthly', competition: '0.9 density', cpc: 0.51 }],
  },
  {
    tool: 'everbee',
    market: 'etsy',
    text: 'Keyword,Volume,Competition,Keyword Score\npine crib,210,5400,0.9\n',
    rows: [{ term: 'pine crib', demand: '210 monthly', competition: '5400 count' }],
  },
  {
    tool: 'yandex-wordstat',
    market: 'yandex',
    delimiter: ';',
    text: '\ufeffФормулировка;Число запросов;Топ частотных запросов «вертеп», 25.09.2026\r\nвертеп из дерева;3204;\r\n',
    rows: [{ term: 'вертеп из дерева', demand: '3204 monthly' }],
  },
  {
    tool: 'erank-keyword-tool',
    market: 'etsy',
    text: 'Keyword,Search Trend,Avg. Searches,Avg. Clicks,Avg. CTR,Etsy Competition,KD,Google Searches\nfelt crib,up,2400,120,5%,37200,10,2400\nclay crib,down,< 20,Unknown,Unknown,Unknown,,Unknown\n',
    rows: [
      {
        term: 'felt crib',
        demand: '2400 monthly',
        competition: '0.1 difficulty',
        clicks: 120,
        engagement: 0.05,
      },
      { term: 'clay crib', demand: '<20 monthly' },
    ],
  },
  {
    tool: 'erank-keyword-tool',
    market: 'etsy',
    text: 'Keyword,Word Count,Character Count,Tag Occurrences,Average Searches,Average Clicks,Average CTR,Average CSI,Etsy Competition,Google Searches,Google CPC\nfelt crib,2,9,7,"2,400","2,200",92%,10%,"37,200","40,500",1.20\n',
    rows: [
      {
        term: 'felt crib',
        demand: '2400 monthly',
        competition: '37200 count',
        clicks: 2200,
        engagement: 0.92,
      },
    ],
  },
  {
    tool: 'google-search-console',
    market: 'google',
    text: 'Top queries,Last 3 months Clicks,Previous 3 months Clicks,Last 3 months Impressions,Previous 3 months Impressions,Last 3 months CTR,Previous 3 months CTR,Last 3 months Position,Previous 3 months Position\npine crib,5,3,100,80,5%,4%,3.2,3\n',
    rows: [{ term: 'pine crib', demand: '100 impressions', clicks: 5, engagement: 0.05 }],
  },
  {
    tool: 'semrush',
    market: 'google',
    currency: 'USD',
    text: 'Keyword,Intent,Volume,Trend,Keyword Difficulty,CPC (USD),Competitive Density,SERP Features,Number of Results\npine crib,"Informational, Commercial",12100,"0.54,1.00",41,1.09,1,"Sitelinks, Reviews",1200000\nfir crib,,0,,,0,0,,0\n',
    rows: [
      { term: 'pine crib', demand: '12100 monthly', competition: '1 density', cpc: 1.09 },
      { term: 'fir crib', demand: '0 monthly', competition: '0 density', cpc: 0 },
    ],
  },
  {
    tool: 'semrush-organic-positions',
    market: 'google',
    text: 'Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL,Traffic,Traffic (%),Competition,Number of Results,Trends\npine crib,3,4,12100,41.00,1.09,https://example.org,100,0.5,0.9,120000,"[50,50,50,50,50,50,50,50,50,100,100,100]"\n',
    rows: [{ term: 'pine crib', demand: '12100 monthly', competition: '0.9 density', trend: 1, cpc: 1.09 }],
  },
  {
    tool: 'semrush-organic-positions',
    market: 'google',
    text: 'Keyword,Position,Search Volume,Traffic,URL,Keyword Difficulty,CPC,Keyword Intents\npine crib,3,12100,10,https://example.org,41,1.09,commercial\n',
    rows: [{ term: 'pine crib', demand: '12100 monthly', competition: '0.41 difficulty', cpc: 1.09 }],
  },
  {
    tool: 'semrush-api',
    market: 'google',
    delimiter: ';',
    text: 'database;Keyword;Search Volume;Keyword Difficulty Index;Intent\nus;pine crib;8100;68;1,0\n',
    rows: [{ term: 'pine crib', demand: '8100 monthly', competition: '0.68 difficulty' }],
  },
  {
    tool: 'ahrefs',
    market: 'google',
    delimiter: '\t',
    text: '#\tKeyword\tCountry\tDifficulty\tVolume\tCPC\tClicks\tCPS\tReturn Rate\tParent Keyword\tLast Update\tSERP Features\n1\tpine crib\tus\t14\t12000\t1.20\t8000\t0.98\t1.2\tcrib\t2020-01-01\ta,b\n',
    rows: [
      { term: 'pine crib', demand: '12000 monthly', competition: '0.14 difficulty', cpc: 1.2, clicks: 8000 },
    ],
  },
  {
    tool: 'ubersuggest',
    market: 'google',
    text: 'No,Keyword,Search Volume,CPC,Paid Difficulty,SEO Difficulty\n1,pine crib,"1,300",$2.17,96,29\n',
    rows: [{ term: 'pine crib', demand: '1300 monthly', competition: '0.96 difficulty', cpc: 2.17 }],
  },
  {
    tool: 'ubersuggest-site',
    market: 'google',
    text: '\ufeffNo,Keywords,Volume,Position,Est. Visits,SEO Difficulty,CPC,Ranking URL\n1,pine crib,90,1,31,31,0.0,https://example.org\n',
    rows: [{ term: 'pine crib', demand: '90 monthly', competition: '0.31 difficulty', cpc: 0 }],
  },
  {
    tool: 'amazon-top-search-terms',
    market: 'amazon',
    text: 'Department,Search Term,Search Frequency Rank,#1 Clicked ASIN,#1 Product Title,#1 Click Share,#1 Conversion Share,#2 Click Share,#3 Click Share\nAmazon.com,pine crib,"1,204",B0X,"Crib, of pine",12.55%,8%,5%,2.5%\n',
    rows: [{ term: 'pine crib', demand: '1204 rank', engagement: 0.2005 }],
  },
  {
    tool: 'keywordtool-io',
    market: null,
    currency: 'INR',
    text: 'Keywords,Search Volume (Average),Trend,Top of Page Bid (Low Range) (INR),Top of Page Bid (High Range) (INR),Competition\npine crib,1200,-5%,10,20,High\n',
    rows: [{ term: 'pine crib', demand: '1200 monthly', trend: -0.05, cpc: 15 }],
  },
  {
    tool: 'google-trends-timeline',
    market: 'google',
    text: '"Time","pine crib","fir crib"\n"2025-01-05",50,10\n"2025-01-12",60,<1\n',
    rows: [
      { term: 'pine crib', demand: '55 index' },
      { term: 'fir crib', demand: '5.25 index' },
    ],
  },
];

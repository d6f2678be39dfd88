import { termKey } from './term-key.ts';
import type { KeywordList } from './types.ts';
import type { Words } from './word-numbers.ts';
import { singularOf } from './words.ts';

/**
 * Names that sellers of crafts and on Amazon meet in keyword lists and may not sell under. A start, not a register: the
 * user adds and removes. Words that are also everyday words (apple, coach, stanley) stand here only within a phrase.
 */
const BRANDS: readonly string[] = (
  'disney, pixar, mickey mouse, minnie mouse, winnie the pooh, frozen elsa, lilo and stitch, baby yoda, grogu, ' +
  'star wars, marvel, avengers, spiderman, spider man, batman, superman, wonder woman, harry potter, hogwarts, ' +
  'gryffindor, slytherin, hufflepuff, ravenclaw, pokemon, pikachu, nintendo, super mario, zelda, minecraft, roblox, ' +
  'fortnite, sonic the hedgehog, hello kitty, sanrio, kuromi, cinnamoroll, my melody, snoopy, peanuts gang, ' +
  'charlie brown, garfield, grinch, dr seuss, cat in the hat, peppa pig, paw patrol, bluey, bingo bluey, cocomelon, ' +
  'sesame street, elmo, paddington, peter rabbit, thomas the train, barbie, mattel, hot wheels, fisher price, ' +
  'little people, playmobil, lego, duplo, nerf, hasbro, my little pony, transformers, monopoly, funko, squishmallow, ' +
  'jellycat, build a bear, ty beanie, sylvanian families, calico critters, american girl, bratz, lol surprise, ' +
  'nike, adidas, puma, reebok, jordan shoes, air jordan, new balance, converse, vans shoes, crocs, birkenstock, ugg, ' +
  'lululemon, north face, patagonia, carhartt, levis, gucci, prada, chanel, louis vuitton, dior, hermes, versace, ' +
  'burberry, balenciaga, michael kors, kate spade, coach bag, tory burch, ralph lauren, tommy hilfiger, calvin klein, ' +
  'rolex, cartier, tiffany and co, pandora, swarovski, alex and ani, james avery, le creuset, tupperware, pyrex, ' +
  'corelle, kitchenaid, instant pot, keurig, nespresso, starbucks, dunkin, mcdonalds, coca cola, pepsi, yeti, ' +
  'hydro flask, stanley cup, stanley tumbler, owala, rae dunn, yankee candle, bath and body works, scentsy, diptyque, ' +
  'jo malone, cricut, silhouette cameo, sizzix, dmc floss, crayola, sharpie, copic, prismacolor, posca, moleskine, ' +
  'erin condren, happy planner, apple watch, airpods, iphone, ipad, macbook, samsung galaxy, kindle, fitbit, garmin, ' +
  'gopro, playstation, xbox, nintendo switch, taylor swift, swiftie, beyonce, bts army, harry styles, bad bunny, ' +
  'nfl, nba, mlb, nhl, nascar, fifa, ncaa, dallas cowboys, kansas city chiefs, yankees, lakers, harley davidson, ' +
  'john deere, jeep wrangler, ford mustang, tesla, ferrari, porsche, bmw, mercedes benz, hallmark, hallmark ornament, ' +
  'lenox, lladro, hummel, goebel, fontanini, willow tree, jim shore, department 56, precious moments, nambe, ' +
  'waterford crystal, wedgwood, spode, royal doulton, delft blauw, christopher radko, old world christmas, byers choice, ' +
  'boyds bears, thomas kinkade, stelzle, stelzel, bradford exchange, mackenzie childs, pottery barn, ikea, anthropologie, ' +
  'urban outfitters, west elm, crate and barrel, hobby lobby, dollar tree, walmart, costco, home goods, elf on the shelf, ' +
  'game of thrones, lord of the rings, stranger things, the office show, friends tv show, gilmore girls, twilight saga, ' +
  'hunger games, bridgerton, outlander, supernatural tv, naruto, one piece anime, dragon ball, demon slayer, sailor moon, ' +
  'studio ghibli, totoro, my hero academia, jujutsu kaisen, attack on titan, care bears, strawberry shortcake, smurfs, ' +
  'teenage mutant ninja turtles, ninja turtles, jurassic park, jurassic world, toy story, buzz lightyear, encanto, moana, ' +
  'stanley quencher, vera bradley, lilly pulitzer, loungefly, keekaroo, skip hop, graco, chicco, pampers, huggies'
).split(', ');

/** Words that speak of somebody else's name: "X dupe", "inspired by X". */
const SPEAKING = [
  'dupe',
  'knock off',
  'knockoff',
  'replica',
  'look alike',
  'lookalike',
  'inspired by',
  'official',
  'licensed',
];
/** Marks that do: ®, "X.com". */
const MARKS = /[®™℠©]|\.(?:com|net|org|shop)\b/i;
/** What a word may tell of its row. */
const MARKED = 1;
const BEGINS_NAME = 2;

/**
 * 1 for terms that name a brand or speak of one. `add` and `remove` are the user's edits of the list of names, compared
 * by term key and in singular or plural.
 */
export function brandLikeOf(
  list: KeywordList,
  words: Words,
  edits: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Uint8Array {
  const removed = new Set(edits.remove.map(nameOf));
  // Phrases whose words all stand in the list, by their first word.
  const phrases = new Map<number, Int32Array[]>();
  builtIn ??= [...BRANDS, ...SPEAKING].map(nameOf);
  for (const name of [...builtIn, ...edits.add.map(nameOf)]) {
    if (name === '' || removed.has(name)) continue;
    const ids = name.split(' ').map((word) => words.numberOf.get(word) ?? -1);
    const [first] = ids;
    if (first === undefined || ids.includes(-1)) continue;
    phrases.set(first, [...(phrases.get(first) ?? []), Int32Array.from(ids)]);
  }
  const { terms, keys } = list;
  // Most words neither have a mark nor begin a name, and so do most rows: only the others are looked at closely.
  const telling = new Uint8Array(words.surface.length);
  for (let id = 0; id < telling.length; id += 1)
    if (MARKS.test(words.surface[id] ?? '')) telling[id] = MARKED;
  for (const first of phrases.keys()) telling[first] = (telling[first] ?? 0) | BEGINS_NAME;
  const brandLike = new Uint8Array(terms.length);
  for (let row = 0; row < terms.length; row += 1) {
    const term = terms[row] ?? '';
    // Keys keep what their words show; only a term that is not its own key may have lost a mark on the way.
    let told = term !== keys[row] && MARKS.test(term) ? MARKED : 0;
    const end = words.starts[row + 1] ?? 0;
    for (let at = words.starts[row] ?? 0; at < end; at += 1) told |= telling[words.ids[at] ?? 0] ?? 0;
    if (told === 0) continue;
    const named =
      ((told & BEGINS_NAME) !== 0 && namesOne(words, row, phrases)) ||
      ((told & MARKED) !== 0 && !removed.has(nameOf(term)));
    brandLike[row] = Number(named);
  }
  return brandLike;
}

function namesOne(words: Words, row: number, phrases: ReadonlyMap<number, readonly Int32Array[]>): boolean {
  const end = words.starts[row + 1] ?? 0;
  for (let at = words.starts[row] ?? 0; at < end; at += 1) {
    const candidates = phrases.get(words.ids[at] ?? 0);
    if (candidates === undefined) continue;
    for (const phrase of candidates) {
      if (at + phrase.length <= end && phrase.every((id, step) => words.ids[at + step] === id)) return true;
    }
  }
  return false;
}

/** The built-in names, ready to be compared; made when they are first needed. */
let builtIn: readonly string[] | undefined;

const nameOf = (brand: string): string => termKey(brand).split(' ').map(singularOf).join(' ');

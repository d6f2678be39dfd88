import { join } from 'node:path';

/** The project's root folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** What is fetched once and kept between runs; git ignores it. */
export const CACHE = join(ROOT, '.cache');

/** What a run produces (bundled tests, reports, screenshots); git ignores it. */
export const OUT = join(ROOT, 'out');

export const SCREENSHOTS = join(OUT, 'screenshots');

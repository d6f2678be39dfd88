import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** Looks until there is something, and fails with its name when it does not come. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | false | null | undefined>,
): Promise<T> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) return found;
    await delay(50);
  }
  throw new assert.AssertionError({ message: `it never came to pass: ${what}` });
}

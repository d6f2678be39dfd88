import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LexyBrainError } from '../errors.ts';
import { instructionsIn, instructionsPath, MOST_INSTRUCTION_CHARACTERS } from '../insights/instructions.ts';
import type { InsightTypeId } from '../insights/catalogue.ts';
import { terminalLog } from './ports.ts';

/** A character takes four bytes at most. */
const MOST_BYTES = 4 * MOST_INSTRUCTION_CHARACTERS;

/** Said once of each file. */
const left = new Set<string>();

/**
 * A team's own instructions for a type of insight, from `lexybrain/instructions/<type>.md` in the workspace; null when
 * there are none. A terminal cannot ask whether a folder is trusted, so they are followed only where the user said so
 * (`follow`), and else it is said that they are left out. Throws `invalid-request` for what is no plain file of that folder.
 */
export async function readInstructions(
  workspace: string,
  type: InsightTypeId,
  follow: boolean,
): Promise<string | null> {
  const name = join(...instructionsPath(type));
  const path = join(workspace, name);
  const found = await realpath(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw error;
  });
  if (found === null) return null;
  if (!follow) {
    if (!left.has(path)) terminalLog.warn(`${name} is not followed; --instructions follows it.`);
    left.add(path);
    return null;
  }
  // What a link leads to is not the team's: it may be anything that the user can read.
  const { size } = await stat(found);
  if (found !== join(await realpath(workspace), name) || size > MOST_BYTES) {
    throw new LexyBrainError('invalid-request', `${name} cannot be followed.`, {
      advice: `Make it a plain file of at most ${MOST_INSTRUCTION_CHARACTERS.toLocaleString('en')} characters.`,
    });
  }
  return instructionsIn(await readFile(found));
}

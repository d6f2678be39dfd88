import type { InsightTypeId } from './catalogue.ts';

/** Longer instructions would crowd out the list. */
export const MOST_INSTRUCTION_CHARACTERS = 8000;

/** Where a team's own instructions for a type of insight stand in its workspace, folder by folder. */
export function instructionsPath(type: InsightTypeId): readonly [string, string, string] {
  return ['lexybrain', 'instructions', `${type}.md`];
}

/** The instructions in a file (UTF-8), cut where they are too long; null when it holds none. */
export function instructionsIn(file: Uint8Array): string | null {
  const text = new TextDecoder().decode(file).trim().slice(0, MOST_INSTRUCTION_CHARACTERS);
  return text === '' ? null : text;
}

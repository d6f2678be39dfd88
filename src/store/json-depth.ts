/** Far deeper than any answer; what is deeper cannot be written as JSON again, or compared, without running out of stack. */
const MAX_DEPTH = 200;

/** Whether plain JSON data are nested more deeply than a record may be. */
export function isTooDeep(value: unknown, left = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const inner of Object.values(value)) if (isTooDeep(inner, left - 1)) return true;
  return false;
}

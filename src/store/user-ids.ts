import type { UserIds } from './types.ts';

/** What user ids become in one file. Pseudonyms are numbers in order of appearance: nothing leads back from them. */
export function userNames(mode: UserIds): (id: string | null) => string | null {
  const names = new Map<string, string>();
  return (id) => {
    if (id === null || mode === 'drop') return null;
    if (mode === 'keep') return id;
    let name = names.get(id);
    if (name === undefined) {
      name = `user-${names.size + 1}`;
      names.set(id, name);
    }
    return name;
  };
}

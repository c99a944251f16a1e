import { distance as editDistance } from 'fastest-levenshtein';

/**
 * The known names that an unknown one was probably meant to be, nearest first: at most three, at edit distance of at
 * most a third of the length, or containing one another.
 */
export function nearestNames(unknown: string, known: readonly string[]): string[] {
  if (unknown === '') return [];
  const wanted = unknown.toLowerCase();
  return known
    .map((name) => ({ name, distance: similarity(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.ceil(Math.max(name.length, wanted.length) / 3)))
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

function similarity(a: string, b: string): number {
  return a.includes(b) || b.includes(a) ? 1 : editDistance(a, b);
}

/** What an error says of a value that it has found. */

/** What a path of keys and indices leads to; undefined where it leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (each, key) => (typeof each === 'object' && each !== null ? (Reflect.get(each, key) as unknown) : undefined),
    value,
  );
}

/** A value as a message names it: as JSON, at most 80 characters of it. */
export function describeValue(value: unknown): string {
  // Numbers that JSON does not have, but Python's.
  if (typeof value === 'number') return String(value);
  const text = (JSON.stringify(value) as string | undefined) ?? (value === undefined ? 'nothing' : `a ${typeof value}`);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

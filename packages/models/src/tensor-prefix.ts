/**
 * What the names of a checkpoint's tensors begin with: the same model is published with and without the name of the part
 * that holds it. The first of `prefixes` that a name has; the first of all where nothing is stored, none where no name
 * has one.
 */
export function readPrefix(prefixes: readonly string[], stored: ReadonlySet<string>): string {
  if (stored.size === 0) return prefixes[0]!;
  const names = [...stored];
  return prefixes.find((prefix) => names.some((name) => name.startsWith(prefix))) ?? '';
}

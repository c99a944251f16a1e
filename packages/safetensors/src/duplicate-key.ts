/** Strings and the punctuation that tells keys from values. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs;

/** The first key that an object of a JSON text has twice. The text must be valid JSON: JSON.parse has seen it. */
export function findDuplicateKey(json: string): string | undefined {
  const keysOfOpen: Set<string>[] = [];
  let last = '""';
  for (const [found] of json.matchAll(token)) {
    if (found === '{' || found === '[') keysOfOpen.push(new Set());
    else if (found === '}' || found === ']') keysOfOpen.pop();
    else if (found !== ':') last = found;
    else {
      // Escapes can spell one key in several ways.
      const key = last.includes('\\') ? (JSON.parse(last) as string) : last.slice(1, -1);
      const keys = keysOfOpen.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

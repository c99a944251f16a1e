/** Whether a text has no character that a pattern gives a meaning. */
export function isPattern(text: string): boolean {
  return /[*?[]/u.test(text);
}

/**
 * Python's `fnmatch.fnmatchcase`: `*` is any text, `?` any character, `[abc]` one of several, `[!abc]` another one. A bracket that is
 * not closed is itself.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\[!?\]?[^\]]*\]|[^]/gu, (part) => {
    if (part === '*') return '[^]*';
    if (part === '?') return '[^]';
    if (part.length === 1) return part.replace(/[\\^$.|+(){}[\]/-]/u, String.raw`\$&`);
    const inner = part.slice(1, -1).replaceAll(/[\\^[\]]/gu, String.raw`\$&`);
    return inner.startsWith('!') ? `[^${inner.slice(1)}]` : `[${inner}]`;
  });
  return new RegExp(`^${source}$`, 'u').test(text);
}

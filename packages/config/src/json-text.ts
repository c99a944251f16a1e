/** JSON as shells hand it over. */

/**
 * Says that a text is not JSON, and how to write it where a shell has taken its quotes: PowerShell before 7.3 hands a
 * program none that do not stand behind a backslash.
 */
export function notJson(text: string, argument: (json: string) => string): string {
  const quoted = quoteWords(text);
  const isStripped = !text.includes('"') && jsonOf(quoted) !== undefined;
  const form = `'${argument(quoted.replaceAll('"', String.raw`\"`))}'`;
  const advice = isStripped ? ` If the shell took its quotes away, as Windows PowerShell does, write ${form}` : '';
  return `It has ${text}, which is not JSON.${advice}`;
}

/** JSON without quotes, with quotes: around keys, and around values that are none without. */
function quoteWords(text: string): string {
  const open: string[] = [];
  const tokens = text.match(/[{}[\],]|[^{}[\],]+/gu) ?? [];
  return tokens
    .map((token) => {
      if (token === '{' || token === '[') open.push(token);
      if (token === '}' || token === ']') open.pop();
      if (/^[{}[\],]$/u.test(token)) return token;
      const colon = token.indexOf(':');
      if (open.at(-1) !== '{' || colon < 0) return quoteValue(token);
      return `${JSON.stringify(token.slice(0, colon).trim())}:${quoteValue(token.slice(colon + 1))}`;
    })
    .join('');
}

function quoteValue(word: string): string {
  return word.trim() === '' || jsonOf(word) !== undefined ? word : JSON.stringify(word.trim());
}

/** What a text says as JSON; undefined for what is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

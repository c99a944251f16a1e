/** A string, which is passed over, or one of the three literals that Python's json module has beyond the standard. */
const stringsAndLiterals = /"(?:[^"\\]|\\[\s\S])*"|-?Infinity|NaN/g;

/**
 * Reads JSON as Python's `json.loads` does: with `NaN`, `Infinity` and `-Infinity`, which Python also writes. Throws
 * `SyntaxError` for what Python would not read either.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return parseWithLiterals(text, error);
  }
}

function parseWithLiterals(text: string, error: unknown): unknown {
  // Infinity is a number too large for a double, NaN a way to write 0 that the text does not have.
  let nan = '-0e-0';
  while (text.includes(nan)) nan += '0';
  const numbers: Readonly<Record<string, string>> = { NaN: nan, Infinity: '1e999', '-Infinity': '-1e999' };
  const standard = text.replaceAll(stringsAndLiterals, (match) => numbers[match] ?? match);
  const revive: Reviver = (_, value, { source }) => (source === nan ? NaN : value);
  try {
    return JSON.parse(standard, revive as (key: string, value: unknown) => unknown);
  } catch {
    // About the text as it was given.
    throw error;
  }
}

/** With the third argument of ECMAScript's JSON.parse source text access, which TypeScript does not declare. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Records as JSON of one line, in which the numbers that JSON does not have are kept as words. */

/** Of a broken model these may be infinite, or no numbers. */
const measured: ReadonlySet<string> = new Set(['value', 'standardError', 'logLikelihood']);
const word = /"(?:-?Infinity|NaN)"/;

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  );
}

/** What `toJson` has written; the caller says of what type it is, and has checked that the text is whole. */
export function fromJson(text: string): unknown {
  if (!word.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, each: unknown) =>
    measured.has(key) && typeof each === 'string' && word.test(`"${each}"`) ? Number(each) : each,
  );
}

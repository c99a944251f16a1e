/** A text that is no Python literal, from `place` on; the kind of error that `JSON.parse` throws. */
export function notALiteral(text: string, place: number): SyntaxError {
  return new SyntaxError(`no Python literal at character ${place}: ${text.slice(place, place + 20)}`);
}

export { capitalize } from './capitalize.ts';
export { parseJson } from './json.ts';
export { isBlank, strip, stripStart, trailingWhitespace, whitespaceClass } from './whitespace.ts';

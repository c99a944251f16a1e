export { capitalize } from './capitalize.ts';
export { isBlank, strip, stripStart, trailingWhitespace, whitespaceClass } from './whitespace.ts';

export { capitalize } from './capitalize.ts';
export { isPattern, matchesPattern } from './fnmatch.ts';
export { parseJson } from './json.ts';
export { parseLiteral, type PythonLiteral } from './literal.ts';
export { isBlank, strip, stripStart, trailingWhitespace, whitespaceClass } from './whitespace.ts';

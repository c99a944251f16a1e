/**
 * Reads a Python literal as `ast.literal_eval` does, as far as data sets write them: strings, numbers, `True`, `False`, `None`, lists,
 * tuples and dictionaries with strings for keys. Bytes, sets, complex numbers, prefixes and expressions are refused.
 */
import { notALiteral } from './errors.ts';

export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | readonly PythonLiteral[]
  | { readonly [key: string]: PythonLiteral };

/** Throws `SyntaxError` with the place for anything else. */
export function parseLiteral(text: string): PythonLiteral {
  const reader = new LiteralReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const constants: Readonly<Record<string, PythonLiteral>> = { True: true, False: false, None: null };
const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const token =
  /\s*(?:(?<name>True|False|None)\b|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<mark>[[\](){},:'"]))/uy;
const escape = /x(?<x>[\da-fA-F]{2})|u(?<u>[\da-fA-F]{4})|U(?<big>[\da-fA-F]{8})|(?<octal>[0-7]{1,3})/uy;

class LiteralReader {
  readonly #text: string;
  #place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): PythonLiteral {
    const { name, number, mark } = this.#next();
    if (name !== undefined) return constants[name]!;
    if (number !== undefined) return Number(number);
    if (mark === "'" || mark === '"') return this.#strings(mark);
    if (mark === '[') return this.#items(']').values;
    if (mark === '{') return this.#entries();
    if (mark !== '(') throw this.#error();
    const { values, isTuple } = this.#items(')');
    return isTuple || values.length !== 1 ? values : values[0]!;
  }

  end(): void {
    if (this.#text.slice(this.#place).trim() !== '') throw this.#error();
  }

  #items(close: string): { readonly values: PythonLiteral[]; readonly isTuple: boolean } {
    const values: PythonLiteral[] = [];
    let isTuple = false;
    while (!this.#take(close)) {
      values.push(this.value());
      if (this.#take(close)) break;
      this.#expect(',');
      isTuple = true;
    }
    return { values, isTuple };
  }

  #entries(): PythonLiteral {
    const entries: [string, PythonLiteral][] = [];
    while (!this.#take('}')) {
      const key = this.value();
      if (typeof key !== 'string') throw this.#error();
      this.#expect(':');
      entries.push([key, this.value()]);
      if (this.#take('}')) break;
      this.#expect(',');
    }
    return Object.fromEntries(entries);
  }

  /** Strings that follow each other are one. */
  #strings(quote: string): string {
    let text = this.#string(quote);
    for (;;) {
      const next = ["'", '"'].find((mark) => this.#take(mark));
      if (next === undefined) return text;
      text += this.#string(next);
    }
  }

  #string(quote: string): string {
    let text = '';
    for (;;) {
      const character = this.#text[this.#place++];
      if (character === undefined || character === '\n') throw this.#error();
      if (character === quote) return text;
      text += character === '\\' ? this.#escaped() : character;
    }
  }

  #escaped(): string {
    escape.lastIndex = this.#place;
    const { x, u, big, octal } = escape.exec(this.#text)?.groups ?? {};
    const hexadecimal = x ?? u ?? big;
    if (hexadecimal !== undefined || octal !== undefined) {
      this.#place = escape.lastIndex;
      return String.fromCodePoint(Number.parseInt(hexadecimal ?? octal!, octal === undefined ? 16 : 8));
    }
    const character = this.#text[this.#place++] ?? '';
    // Python keeps the backslash of an escape that it does not know.
    return simpleEscapes[character] ?? `\\${character}`;
  }

  #take(mark: string): boolean {
    const before = this.#place;

    token.lastIndex = before;
    if (token.exec(this.#text)?.groups?.['mark'] !== mark) return false;
    this.#place = token.lastIndex;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw this.#error();
  }

  #next(): Readonly<Record<string, string | undefined>> {
    token.lastIndex = this.#place;
    const found = token.exec(this.#text);
    if (found?.groups === undefined) throw this.#error();
    this.#place = token.lastIndex;
    return found.groups;
  }

  #error(): SyntaxError {
    return notALiteral(this.#text, this.#place);
  }
}

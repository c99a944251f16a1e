/**
 * SentencePiece's normalization of characters: its model file has a double-array trie (Darts) from strings to strings, over UTF-8
 * bytes. The longest entry that the rest of a text begins with is replaced; a character that begins none stays, and so do whole pieces
 * of the user. Reference: normalizer.cc of sentencepiece 0.2.
 */
import { characterMapMalformed } from './errors.ts';

export interface CharacterMap {
  /** In base64, as the model file has it. */
  readonly map: string;
  /** Pieces that are left as they are. */
  readonly kept: readonly string[];
}

/** Makes the function that replaces characters; `file` is only named in errors. */
export function characterMapper(file: string, { map, kept }: CharacterMap): (text: string) => string {
  const bytes = Uint8Array.from(Buffer.from(map, 'base64'));
  const view = new DataView(bytes.buffer);
  const trieBytes = bytes.length < 4 ? NaN : view.getUint32(0, true);
  if (!(trieBytes > 0 && trieBytes % 4 === 0 && 4 + trieBytes < bytes.length)) throw characterMapMalformed(file);
  const units = new Uint32Array(bytes.buffer.slice(4, 4 + trieBytes));
  const texts = bytes.subarray(4 + trieBytes);
  const longestFirst = kept.toSorted((a, b) => b.length - a.length);
  const encoder = new TextEncoder();

  return (text) => {
    const source = encoder.encode(text);
    const parts: string[] = [];
    for (let at = 0, unit = 0; at < source.length;) {
      const whole = longestFirst.find((piece) => text.startsWith(piece, unit));
      const found = whole === undefined ? longestEntry(units, source, at) : undefined;
      const length = found?.length ?? encoder.encode(whole ?? characterAt(text, unit)).length;
      const taken = new TextDecoder('utf-8', { ignoreBOM: true }).decode(source.subarray(at, at + length));
      parts.push(found === undefined ? taken : textAt(texts, found.value));
      at += length;
      unit += taken.length;
    }
    return parts.join('');
  };
}

function characterAt(text: string, unit: number): string {
  return String.fromCodePoint(text.codePointAt(unit)!);
}

interface Entry {
  /** In bytes of the source. */
  readonly length: number;
  /** Where its replacement begins. */
  readonly value: number;
}

/** Units of the trie: label in the low byte, a leaf bit, an offset that may be shifted, or the value of a leaf. */
function longestEntry(units: Uint32Array, source: Uint8Array, start: number): Entry | undefined {
  let longest: Entry | undefined;
  let node = offsetOf(units[0]!);
  for (let at = start; at < source.length; at++) {
    const byte = source[at]!;
    node ^= byte;
    const unit = units[node];
    if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) break;
    node ^= offsetOf(unit);
    const leaf = (unit >>> 8) & 1 ? units[node] : undefined;
    if (leaf !== undefined) longest = { length: at + 1 - start, value: leaf & 0x7fffffff };
  }
  return longest;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Replacements end with a zero. */
function textAt(texts: Uint8Array, start: number): string {
  const end = texts.indexOf(0, start);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(texts.subarray(start, end < 0 ? texts.length : end));
}

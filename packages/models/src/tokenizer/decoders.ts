/**
 * From tokens back to text, as the decoders of huggingface/tokenizers do it. Ours, because the library's differ: its
 * ByteFallback drops U+FEFF and shows one U+FFFD for an invalid run where the reference shows one a byte; its Metaspace
 * strips one space of the first token where the reference strips all; its ByteLevel does not know added tokens with
 * characters that stand for no byte.
 */
import { z } from 'zod';
import { tokenizerPartUnsupported } from './errors.ts';
import { checkPart, type TokenizerPart } from './tokenizer-json.ts';

/** One step of decoding; what the last step gives is joined. */
export type Decode = (tokens: readonly string[]) => readonly string[];

const replace = z.object({ pattern: z.object({ String: z.string().min(1) }), content: z.string() });
const strip = z.object({ content: z.string(), start: z.int().nonnegative(), stop: z.int().nonnegative() });
const metaspace = z.object({ replacement: z.string().min(1), prepend_scheme: z.string().optional() });
const sequence = z.object({ decoders: z.array(z.looseObject({ type: z.string() })) });
const known = ['ByteFallback', 'ByteLevel', 'Fuse', 'Metaspace', 'Replace', 'Sequence', 'Strip'];

/** Makes the function for `decoder` of tokenizer.json. */
export function makeDecode(file: string, decoder: TokenizerPart): Decode {
  switch (decoder.type) {
    case 'ByteFallback':
      return fallBackToBytes;
    case 'ByteLevel':
      return (tokens) => [lossy.decode(Uint8Array.from(tokens.flatMap(tokenBytes)))];
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Metaspace': {
      const { replacement, prepend_scheme } = checkPart({ file, field: 'decoder' }, metaspace, decoder);
      const first = prepend_scheme === 'never' ? ' ' : '';
      return (tokens) => tokens.map((token, index) => token.replaceAll(replacement, index === 0 ? first : ' '));
    }
    case 'Replace': {
      const { pattern, content } = checkPart({ file, field: 'decoder' }, replace, decoder);
      return (tokens) => tokens.map((token) => token.replaceAll(pattern.String, () => content));
    }
    case 'Sequence': {
      const steps = checkPart({ file, field: 'decoder' }, sequence, decoder).decoders.map((part) =>
        makeDecode(file, part),
      );
      return (tokens) => steps.reduce((result, step) => step(result), tokens);
    }
    case 'Strip': {
      const options = checkPart({ file, field: 'decoder' }, strip, decoder);
      return (tokens) => tokens.map((token) => stripToken(token, options));
    }
    default:
      throw tokenizerPartUnsupported(file, { field: 'decoder', found: decoder.type }, known);
  }
}

const byteToken = /^<0x[0-9A-Fa-f]{2}>$/;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Runs of tokens like `<0xE4>` become the text that they encode, or one U+FFFD a byte. */
function fallBackToBytes(tokens: readonly string[]): readonly string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  for (const token of [...tokens, '']) {
    if (byteToken.test(token)) {
      bytes.push(Number.parseInt(token.slice(3, 5), 16));
      continue;
    }
    if (bytes.length > 0) texts.push(bytesToText(bytes));
    bytes = [];
    texts.push(token);
  }
  return texts;
}

function bytesToText(bytes: readonly number[]): string {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return '\uFFFD'.repeat(bytes.length);
  }
}

/** GPT-2's printable stand-ins for bytes: printable Latin-1 stands for itself, the other bytes for U+0100 and up. */
const byteOf: ReadonlyMap<string, number> = (() => {
  const map = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 0x100; byte++) {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    map.set(String.fromCharCode(isPrintable ? byte : next++), byte);
  }
  return map;
})();

/** The bytes that a token's characters stand for; where one stands for none, the token is plain text. */
function tokenBytes(token: string): Iterable<number> & readonly number[] {
  const bytes = Array.from(token, (character) => byteOf.get(character));
  return bytes.every((byte) => byte !== undefined) ? bytes : [...encoder.encode(token)];
}

function stripToken(token: string, { content, start, stop }: z.infer<typeof strip>): string {
  const characters = Array.from(token);
  let from = 0;
  while (from < start && characters[from] === content) from++;
  let to = characters.length;
  while (characters.length - to < stop && to > from && characters[to - 1] === content) to--;
  return characters.slice(from, to).join('');
}

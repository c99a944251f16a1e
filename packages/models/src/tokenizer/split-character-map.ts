import { z } from 'zod';
import { characterMapper } from './character-map.ts';
import { characterMapType } from './sentencepiece-json.ts';
import { checkPart, type TokenizerPart } from './tokenizer-json.ts';

const sequence = z.object({ normalizers: z.array(z.looseObject({ type: z.string() })) });
const characterMap = z.object({ map: z.string(), kept: z.array(z.string()) });

/** SentencePiece's normalization of characters, where a normalizer begins with it, and the steps behind it. */
export function splitCharacterMap(
  file: string,
  normalizer: TokenizerPart | null,
): { readonly map: ((text: string) => string) | undefined; readonly rest: TokenizerPart | null } {
  if (normalizer?.type !== 'Sequence') return { map: undefined, rest: normalizer };
  const place = { file, field: 'normalizer' };
  const [first, ...others] = checkPart(place, sequence, normalizer).normalizers;
  if (first?.type !== characterMapType) return { map: undefined, rest: normalizer };
  const map = characterMapper(file, checkPart(place, characterMap, first));
  return { map, rest: { type: 'Sequence', normalizers: others } };
}

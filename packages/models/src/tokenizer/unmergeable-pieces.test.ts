import { describe, expect, it } from 'vitest';
import { makeLibraryParts } from './library-parts.ts';
import { pieceSplitter } from './unmergeable-pieces.ts';

const merges = [
  ['b', '▁'],
  ['a', 'a'],
  ['▁', 'a'],
  ['▁a', 'b'],
  ['b▁', 'aa'],
] as const;
const vocab = Object.fromEntries(
  ['a', 'b', '▁', '😀', ...merges.map((merge) => merge.join(''))].map((token, id) => [token, id]),
);
const { model } = makeLibraryParts({
  normalizer: null,
  pre_tokenizer: null,
  model: { type: 'BPE', vocab, merges, unk_token: null, fuse_unk: false, byte_fallback: false, ignore_merges: false },
});

function wordsUpTo(length: number): string[] {
  if (length === 0) return [''];
  const shorter = wordsUpTo(length - 1);
  return [
    ...shorter,
    ...shorter
      .filter((word) => Array.from(word).length === length - 1)
      .flatMap((word) => ['a', 'b', '▁', '😀'].map((letter) => word + letter)),
  ];
}

describe('pieceSplitter', () => {
  const split = pieceSplitter(merges);

  it('cuts only between characters that no merge joins', () => {
    expect(split('aab▁ba😀😀')).toEqual(['aab▁', 'b', 'a', '😀', '😀']);
  });

  it('changes the tokens of no word', () => {
    for (const word of wordsUpTo(6).slice(1)) expect(model(split(word))).toEqual(model([word]));
  });
});

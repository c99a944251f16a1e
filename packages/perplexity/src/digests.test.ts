import { describe, expect, it } from 'vitest';
import { documentsDigest, IdsDigest, idsDigest, textDigest } from './digests.ts';

describe('digests', () => {
  it('writes ids in decimal and joins them by commas', () => {
    expect(idsDigest(Int32Array.of(1, 20, 300))).toBe(textDigest('1,20,300'));
  });

  it('gives the same digest in pieces', () => {
    const pieces = new IdsDigest().add(Int32Array.of()).add(Int32Array.of(1, 20)).add(Int32Array.of(300));
    expect(pieces.finish()).toBe(textDigest('1,20,300'));
  });

  it('ends every document with a newline', () => {
    expect(documentsDigest(['a', 'b'])).toBe(textDigest('a\nb\n'));
  });
});

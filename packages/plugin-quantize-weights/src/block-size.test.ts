import { expectProblem } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { blocksOf, formatBlockSize, parseBlockSize } from './block-size.ts';

describe('parseBlockSize', () => {
  it.each([
    ['64', 64],
    ['128x128', 16384],
    ['channel', 'channel'],
    ['tensor', 'tensor'],
  ])('reads %s', (text, block) => {
    expect(parseBlockSize(text)).toBe(block);
  });

  it.each(['', '0', '-4', '1.5', '8x', 'x8', '8x8x8', 'row', '99999999x99999999'])('refuses "%s"', (text) => {
    expectProblem('quantize-weights/invalid-block', () => parseBlockSize(text));
  });
});

it.each([
  [16384, '128x128'],
  [96, '96'],
  [1, '1'],
  ['channel', 'channel'],
] as const)('formatBlockSize writes %s as what parseBlockSize reads', (block, text) => {
  expect(formatBlockSize(block)).toBe(text);
  expect(parseBlockSize(text)).toBe(block);
});

describe('blocksOf', () => {
  it.each([
    [12, { size: 12, isFallback: false }],
    ['channel', { size: 8, isFallback: false }],
    ['tensor', { size: 48, isFallback: false }],
  ] as const)('cuts 6 × 8 weights by %s', (block, expected) => {
    expect(blocksOf('w', [6, 8], { block, indivisible: 'error' })).toEqual(expected);
  });

  it.each([5, 96])('takes %d, which does not divide 48, only as one block and only when asked', (block) => {
    expectProblem('quantize-weights/indivisible', () => blocksOf('w', [6, 8], { block, indivisible: 'error' }));
    expect(blocksOf('w', [6, 8], { block, indivisible: 'whole-matrix' })).toEqual({ size: 48, isFallback: true });
  });
});

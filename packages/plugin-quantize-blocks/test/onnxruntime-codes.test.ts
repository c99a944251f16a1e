/** Codes and scales are those of onnxruntime's own quantizer, which golden/make_codes.py has recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bits, encodeBlocks } from '@linchpin/plugin-quantize-blocks';
import { expect, it } from 'vitest';

interface RecordedCodes {
  readonly bits: Bits;
  readonly block: number;
  readonly shape: readonly [number, number];
  readonly weights: readonly number[];
  readonly codes: readonly number[];
  readonly scales: readonly number[];
}

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/codes.json'), 'utf8')) as RecordedCodes[];

it.each(recorded)('$bits bits in blocks of $block', ({ bits, block, shape, weights, codes, scales }) => {
  const found = encodeBlocks({ values: Float32Array.from(weights), shape, name: 'w' }, { bits, block });
  expect([...found.codes]).toEqual(codes);
  expect([...found.scales].map((scale) => scale + 0)).toEqual(scales.map((scale) => Math.fround(scale) + 0));
});

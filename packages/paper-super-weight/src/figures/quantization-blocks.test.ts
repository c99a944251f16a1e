import { expectProblem } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { type BlockedModel, quantizationBlocks } from './quantization-blocks.ts';

/** A model of matrices of these shapes, as far as blocks need it. */
function withMatrices(...shapes: readonly (readonly number[])[]): BlockedModel {
  const tensors = new Map(shapes.map((shape, index) => [`matrix${index}`, { shape }]));
  return { name: 'toy', family: { layerMatrices: () => [...tensors.keys()] }, config: {}, tensors } as never;
}

// q_proj and gate_proj.
const llama7b = withMatrices([4096, 4096], [11008, 4096]);
const llama13b = withMatrices([5120, 5120], [13824, 5120]);
const mini = withMatrices([256, 256], [704, 256]);

const plain = { indivisible: 'error' } as const;

describe('quantizationBlocks', () => {
  it("takes the paper's blocks for Llama-7B, and the largest four that fit elsewhere", () => {
    const squares = (...sides: number[]): number[] => sides.map((side) => side ** 2);
    expect(quantizationBlocks(llama7b, plain)).toEqual(squares(128, 256, 512, 1024));
    expect(quantizationBlocks(llama13b, plain)).toEqual(squares(64, 128, 256, 512));
    expect(quantizationBlocks(mini, plain)).toEqual(squares(16, 32, 64, 128));
  });

  it('puts what was asked for in the order of the axis, each once', () => {
    expect(quantizationBlocks(mini, { ...plain, blocks: 'tensor,64,channel, 8x8 ,16' })).toEqual([
      16,
      64,
      'channel',
      'tensor',
    ]);
  });

  it('refuses what does not divide, and models that nothing divides', () => {
    expectProblem('quantize-weights/indivisible', () => quantizationBlocks(mini, { ...plain, blocks: '16,256x256' }));
    expect(quantizationBlocks(mini, { blocks: '16,256x256', indivisible: 'whole-matrix' })).toEqual([16, 256 ** 2]);
    expectProblem('paper-super-weight/no-block-fits', () => quantizationBlocks(withMatrices([3, 5]), plain));
  });
});

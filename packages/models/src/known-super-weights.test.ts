import { formatSuperWeight } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { findKnownSuperWeights, knownSuperWeights } from './known-super-weights.ts';

describe('knownSuperWeights', () => {
  it('lie inside the models that they are of', () => {
    for (const { layers, hiddenSize, weights } of knownSuperWeights) {
      for (const { layer, row } of weights) {
        expect(layer).toBeLessThan(layers);
        expect(row).toBeLessThan(hiddenSize);
      }
    }
  });

  it('are found by the whole id, without regard to case', () => {
    expect(findKnownSuperWeights('huggyllama/llama-7B')?.weights.map(formatSuperWeight)).toEqual(['2:3968:7003']);
    for (const id of ['llama-7b', 'huggyllama/llama-7', 'someone/huggyllama/llama-7b', 'huggyllama/llama-7b-chat']) {
      expect(findKnownSuperWeights(id)).toBeUndefined();
    }
  });

  it('follow the repository where the paper has the layer wrong', () => {
    const weights = findKnownSuperWeights('allenai/OLMo-1B-0724-hf')?.weights.map(formatSuperWeight);
    expect(weights).toEqual(['1:1764:1710', '2:1764:8041']);
  });
});

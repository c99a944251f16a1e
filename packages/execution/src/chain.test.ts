import { describe, expect, it } from 'vitest';
import { modelInWords } from './chain.ts';

describe('modelInWords', () => {
  const interventions = [{ name: 'prune', version: 1, settings: {} }];

  it.each([
    [[], 0, 'float32', 'mini'],
    [[], 0, 'split16', 'mini (products in split16)'],
    [interventions, 1, 'float32', 'mini under prune (1 weight changed)'],
    // An intervention without effect must be seen.
    [interventions, 0, 'float32', 'mini under prune (0 weights changed)'],
    [interventions, 0, 'split16+float32', 'mini under prune (0 weights changed, products in split16+float32)'],
    [interventions, 0, 'int8+split16', 'mini under prune (products in int8+split16)'],
    [interventions, 2, 'int8', 'mini under prune (2 weights changed, products in int8)'],
  ])('%#', (chain, changedWeights, execution, words) => {
    const variant = { label: 'prune', interventions: chain, changedWeights, execution };
    expect(modelInWords({ name: 'mini' }, variant)).toBe(words);
  });
});

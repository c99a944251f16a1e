import { describe, expect, it } from 'vitest';
import { dataInWords, modelInWords } from './caption.ts';

describe('modelInWords', () => {
  const interventions = [{ name: 'prune', version: 1, settings: {} }];

  it.each([
    [{ label: 'Original', interventions: [], changedWeights: 0 }, 'mini'],
    [{ label: 'prune', interventions, changedWeights: 1 }, 'mini under prune (1 weight changed)'],
    // An intervention without effect must be seen.
    [{ label: 'prune', interventions, changedWeights: 0 }, 'mini under prune (0 weights changed)'],
  ])('%#', (variant, words) => {
    expect(modelInWords({ name: 'mini' }, variant)).toBe(words);
  });
});

describe('dataInWords', () => {
  it('says which data sets, and how much of them', () => {
    expect(dataInWords({}, undefined)).toBe('on the embedded mini data sets');
    expect(dataInWords({ datasets: 'data' }, '3 items')).toBe('on the data sets in data, the first 3 items of each');
  });
});

import type { DecoderConfig } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { resolveSuperWeights } from './resolve-super-weights.ts';

const llama7b: DecoderConfig = { layers: 32, hiddenSize: 4096, vocabularySize: 32000, contextLength: 2048 };
const llama13b: DecoderConfig = { ...llama7b, layers: 40, hiddenSize: 5120 };
const hubId = 'huggyllama/llama-7b';
const card = { superWeights: [{ layer: 1, row: 2, column: 3 }] };
const published = [{ layer: 2, row: 3968, column: 7003 }];

describe('resolveSuperWeights', () => {
  it('takes what is given first, the card next, and the published ones last', () => {
    const given = ['4:5:6', '7:8:9'];
    expect(resolveSuperWeights({ given, card, hubId, config: llama7b })).toEqual([
      { layer: 4, row: 5, column: 6 },
      { layer: 7, row: 8, column: 9 },
    ]);
    expect(resolveSuperWeights({ given: [], card, hubId, config: llama7b })).toEqual(card.superWeights);
    expect(resolveSuperWeights({ card: { superWeights: [] }, hubId, config: llama7b })).toEqual(published);
  });

  it('takes a Hub id for a local copy of that model', () => {
    expect(resolveSuperWeights({ given: [hubId], config: llama7b })).toEqual(published);
  });

  it('refuses published coordinates for a model of another size', () => {
    const code = 'models/known-for-another';
    expect(() => resolveSuperWeights({ hubId, config: llama13b })).toThrow(expect.objectContaining({ code }));
    expect(() => resolveSuperWeights({ given: [hubId], config: llama13b })).toThrow(expect.objectContaining({ code }));
  });

  it('says how to give them where nothing is known', () => {
    const error = expect.objectContaining({
      code: 'models/no-super-weights',
      message: expect.stringMatching(/--super-weight auto .*--super-weight LAYER:ROW:COLUMN.*`linchpin find`/),
    });
    expect(() => resolveSuperWeights({ config: llama7b })).toThrow(error);
    expect(() => resolveSuperWeights({ hubId: 'someone/else', config: llama7b })).toThrow(error);
    expect(() => resolveSuperWeights({ given: ['someone/else'], config: llama7b })).toThrow(error);
  });

  it('refuses coordinates that are none', () => {
    const error = expect.objectContaining({ code: 'plugin-api/invalid-super-weight' });
    expect(() => resolveSuperWeights({ given: ['1:2'], config: llama7b })).toThrow(error);
  });
});

import { Graph } from '@linchpin/onnx';
import type { DecoderGraph } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { castWeightsFor, sessionOptions } from './session-options.ts';

const decoder: DecoderGraph = {
  graph: new Graph(),
  weightFolder: '/weights',
  contextLength: 8,
  vocabularySize: 16,
  halfPrecisionElements: 1000,
  changedWeights: 0,
  readSites: [],
  mayBeUnresolved: false,
  isolatesSequences: false,
  parameters: [],
  execution: 'float32',
};

describe('castWeightsFor', () => {
  it('casts once where four bytes a weight take an eighth of the free memory', () => {
    expect(castWeightsFor(decoder, 32_000)).toBe('once');
    expect(castWeightsFor(decoder, 31_999)).toBe('every-batch');
    expect(castWeightsFor({ ...decoder, halfPrecisionElements: 0 }, 0)).toBe('once');
  });
});

describe('sessionOptions', () => {
  it('points onnxruntime at the folder of the weights', () => {
    expect(sessionOptions(decoder, { threads: 1, castWeights: 'once' })).toMatchObject({
      intraOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      extra: { session: { model_external_initializers_file_folder_path: '/weights' } },
    });
  });

  it('leaves weights as they are where they are cast in every batch', () => {
    expect(sessionOptions(decoder, { castWeights: 'every-batch' })).toMatchObject({
      graphOptimizationLevel: 'disabled',
    });
  });
});

import type { LlamaShape } from '@linchpin/testing';

const common = { vocabulary: 32000, contextLength: 2048, tied: false, seed: 0, spread: 0.035 } as const;

/** A model that costs so little that the work around it shows. */
export const hostShape: LlamaShape = {
  ...common,
  vocabulary: 4096,
  layers: 2,
  hidden: 64,
  heads: 2,
  keyValueHeads: 2,
  intermediate: 128,
  dtype: 'F32',
};

/** 21 million parameters, to see in a minute that everything runs, 134, TinyLlama's 1.1 thousand million and LLaMA-7B's 6.7. */
export const shapes: Readonly<Record<string, LlamaShape>> = {
  '21M': { ...common, layers: 6, hidden: 256, heads: 4, keyValueHeads: 4, intermediate: 688, dtype: 'F16' },
  '134M': { ...common, layers: 12, hidden: 768, heads: 12, keyValueHeads: 12, intermediate: 2048, dtype: 'F16' },
  '1.1B': { ...common, layers: 22, hidden: 2048, heads: 32, keyValueHeads: 4, intermediate: 5632, dtype: 'BF16' },
  '7B': { ...common, layers: 32, hidden: 4096, heads: 32, keyValueHeads: 32, intermediate: 11008, dtype: 'F16' },
};

export type { Arithmetic } from './arithmetic.ts';
export {
  type Blocks,
  type BlockSize,
  blocksOf,
  formatBlockSize,
  type Indivisible,
  parseBlockSize,
} from './block-size.ts';
export type { Clipping } from './clipping.ts';
export type { LevelSet } from './levels.ts';
export { plugin } from './plugin.ts';
export { paperDeviations, type Preset, presets } from './presets.ts';
export { type Matrix, type MatrixRule, type QuantizedMatrix, quantizeMatrix } from './quantize-matrix.ts';
export { quantizeWeights, type QuantizeWeightsOptions } from './quantize-weights.ts';

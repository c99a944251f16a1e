export {
  type Bits,
  type BlockCodes,
  type BlockFormat,
  decodeBlocks,
  encodeBlocks,
  type RowMajor,
} from './block-codes.ts';
export { plugin } from './plugin.ts';
export { blockSizes, quantizeBlocks, type QuantizeBlocksOptions } from './quantize-blocks.ts';

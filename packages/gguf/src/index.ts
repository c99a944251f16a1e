export { type BlockType, dequantize, isBlockType, sizeOfRow } from './dequantize.ts';
export { type GgufFile, type GgufTensor, openGguf } from './open-gguf.ts';
export type { GgufValue } from './metadata-reader.ts';

export { readHeader, type SafetensorsHeader } from './read-header.ts';
export { readRows, readTensor, streamTensor } from './read-tensor.ts';
export type { StoredTensor } from './stored-tensor.ts';
export { type TensorToWrite, writeSafetensors } from './write-safetensors.ts';

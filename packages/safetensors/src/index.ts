export { bitsPerElement } from './element-types.ts';
export { readHeader, type SafetensorsHeader } from './read-header.ts';
export { readRows, readTensor, streamStored, streamTensor } from './read-tensor.ts';
export { fileInWords, shapeInFile, type StoredTensor, transposeStored } from './stored-tensor.ts';
export { type TensorToWrite, writeSafetensors } from './write-safetensors.ts';

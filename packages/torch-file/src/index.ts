export { openTorchFile, type TorchFile } from './open-torch-file.ts';
export { readTorchFile, type TorchTensor } from './read-torch-file.ts';

export { readTorchFile, type TorchTensor } from './read-torch-file.ts';

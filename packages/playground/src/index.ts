export { buildPlayground, type BuiltPlayground, type PlaygroundOptions } from './build-playground.ts';
export type {
  ListedFile,
  ManifestMatrix,
  ManifestTexts,
  PlaygroundModel,
  PlaygroundManifest,
  WeightEncoding,
} from './manifest.ts';
export { weightsFile } from './pack-weights.ts';
export { type PackedMatrix, packedRow, type PackedTensor } from './packed-tensor.ts';

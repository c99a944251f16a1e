export {
  buildPlayground,
  type BuiltPlayground,
  playgroundInWords,
  type PlaygroundOptions,
} from './build-playground.ts';
export {
  type ListedFile,
  manifestFormat,
  type ManifestMatrix,
  type ManifestTexts,
  type PlaygroundManifest,
  type PlaygroundModel,
  type WeightEncoding,
} from './manifest.ts';
export { weightsFile } from './pack-weights.ts';
export { type PackedMatrix, packedRow, type PackedTensor } from './packed-tensor.ts';

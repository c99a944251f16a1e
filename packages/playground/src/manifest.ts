/** What the page is told of its model: the file `model.json` beside it. */
import type { CachedTensor, SuperWeight } from '@linchpin/plugin-api';
import type { AdjustableMatrix, LayerOutputs } from '@linchpin/models';
import type { PackedTensor } from './packed-tensor.ts';

/** Raised whenever a page of before could not read it. */
export const manifestFormat = 1;

export interface PlaygroundManifest {
  readonly format: typeof manifestFormat;
  readonly model: PlaygroundModel;
  /** The graph, as an ONNX file. */
  readonly graph: ListedFile;
  /** The weights that the graph refers to, in files that follow each other. */
  readonly weights: { readonly bytes: number; readonly parts: readonly ListedFile[] };
  /** Files of the tokenizer, by their names in a checkpoint. */
  readonly tokenizer: Readonly<Record<string, ListedFile>>;
  readonly matrices: readonly ManifestMatrix[];
  /** The largest scalar in other rows of the first super weight's matrix, for comparison; absent where no super weight is known. */
  readonly control?: { readonly matrix: number; readonly row: number; readonly column: number };
  readonly layers: readonly LayerOutputs[];
  readonly cache: readonly CachedTensor[];
  readonly texts: ManifestTexts;
}

export interface PlaygroundModel {
  readonly name: string;
  /** sha256 of the checkpoint's contents. */
  readonly sha256: string;
  readonly parameters: number;
  readonly layers: number;
  /** Longest sequence that the graph takes. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly weights: WeightEncoding;
  readonly superWeights: readonly SuperWeight[];
  /** Ids that end a text. */
  readonly endIds: readonly number[];
}

/** As the checkpoint stores them, or matrices in 8 bits. */
export type WeightEncoding = 'stored' | 'int8';

/** Texts that the page begins with. */
export interface ManifestTexts {
  readonly prompts: readonly string[];
  /** The text of which the loss is measured. */
  readonly measured: string;
}

/** A matrix of the layers; row and column as [out, in]. */
export interface ManifestMatrix extends AdjustableMatrix {
  readonly tensor: PackedTensor;
}

export interface ListedFile {
  /** Relative to the page. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a checkpoint asks of the files that its weights lie in. Another format is another file beside this one. */
import type { StoredTensor } from '@linchpin/safetensors';
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import type { TensorReader } from './tensor-reader.ts';

export interface WeightFormat extends TensorReader {
  readonly name: string;
  /** Whether a folder with files of these names holds weights in this format. */
  isIn(names: readonly string[]): boolean;
  /** Where config and tokenizer are: beside the weights, or in the same file. */
  texts(folder: string, names: readonly string[]): CheckpointTexts;
  /** Reads headers, no weight, unless the weights have to be converted first. Throws for whatever makes them unusable. */
  open(folder: string, names: readonly string[], context: OpenWeightsContext): Promise<OpenedWeights>;
}

/** What a format needs that no graph can map as it is. */
export interface OpenWeightsContext {
  /** Gives the sha256 of a file by its absolute path. */
  readonly hashFile: (file: string) => Promise<string>;
  /** Where weights are kept that are made of others. */
  readonly encodedFolder: string;
  /** Called with a file of an earlier run that is damaged or incomplete, and is made again. */
  readonly onRebuild?: ((file: string, reason: string) => void) | undefined;
  /**
   * Called before anything is converted, with the tensors that there will be; throws where they are not those of the model, and
   * gives the names of those that it does not use.
   */
  readonly check?: ((tensors: ReadonlyMap<string, StoredTensor>) => readonly string[]) | undefined;
  /** Called before the first conversion of a file, with where the copy is going to lie and how many bytes it takes. */
  readonly onConvert?: ((file: string, bytes: number) => void) | undefined;
  /** Called with every tensor that has been converted; may throw to end it. */
  readonly onConverted?: ((done: number, total: number) => void) | undefined;
}

export interface OpenedWeights {
  /** The file of the weights, or the index of the shards. */
  readonly file: string;
  readonly shards: readonly Shard[];
  /** Graphs map the bytes of a tensor as they lie in its file, where nothing edits it. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly warnings: readonly string[];
}

export interface Shard {
  /** Path inside the folder. */
  readonly name: string;
  /** Real path, symbolic links resolved. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

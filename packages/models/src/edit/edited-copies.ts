/**
 * Where edited copies of matrices go: into the graph as long as they are small together (a graph file holds at most 2 GiB),
 * and from there on into files that the graph maps, so that one matrix at a time is in memory. All files of a model are as
 * large as the model in float32; they do not outlive whoever had them made.
 */
import { join } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { readHeader, type StoredTensor, writeSafetensors } from '@linchpin/safetensors';
import { encodedNotWritable } from '../encoded/errors.ts';
import type { ClaimedFolder } from './claimed-folder.ts';
import type { EditedTensor } from './weight-edits.ts';

export interface CopyPlaces {
  /** Most bytes of copies that become part of the graph. */
  readonly mostInGraph: number;
  /** Makes the folder of the files; asked once, if at all. */
  readonly claim: () => Promise<ClaimedFolder>;
}

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Those of one graph. */
export class EditedCopies {
  readonly #places: CopyPlaces;
  #inGraph = 0;
  #folder: Promise<ClaimedFolder> | undefined;

  constructor(places: CopyPlaces) {
    this.#places = places;
  }

  /** Whether there are files to be removed. */
  get hasFiles(): boolean {
    return this.#folder !== undefined;
  }

  /** A copy in its place; anything else as it is. Throws where a file cannot be written. */
  async place(edited: EditedTensor, tensor: NamedTensor): Promise<EditedTensor> {
    if (edited.kind !== 'copy') return edited;
    const { values, changed } = edited;
    if (this.#inGraph + values.byteLength <= this.#places.mostInGraph) {
      this.#inGraph += values.byteLength;
      return edited;
    }
    const { path } = await (this.#folder ??= this.#places.claim());
    return { kind: 'file', stored: await write(path, tensor, values), changed };
  }

  async removeFiles(): Promise<void> {
    await (await this.#folder)?.remove();
  }
}

async function write(folder: string, { name, shape }: NamedTensor, values: Float32Array): Promise<StoredTensor> {
  const file = join(folder, `${name}.safetensors`);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  try {
    await writeSafetensors(file, [{ name, dtype: 'F32', shape, bytes }]);
  } catch (error) {
    throw isLinchpinError(error) ? error : encodedNotWritable(folder, error);
  }
  return (await readHeader(file)).tensors.get(name)!;
}

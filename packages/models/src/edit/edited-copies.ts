/**
 * Where edited copies of matrices go: into the graph as long as they are small together (a graph file holds at most 2 GiB),
 * and from there on into files that the graph maps, so that one matrix at a time is in memory. A file has the checkpoint's type
 * where that holds what the edits have left, as it does where weights were only set to zero, and else float32. The files do not
 * outlive whoever had them made.
 */
import { join } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { readHeader, type StoredTensor, writeSafetensors } from '@linchpin/safetensors';
import { exactBytes, isWeightDType } from '@linchpin/tensor';
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
  /** As the checkpoint stores it. */
  readonly dtype: string;
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

async function write(folder: string, { name, shape, dtype }: NamedTensor, values: Float32Array): Promise<StoredTensor> {
  const file = join(folder, `${name}.safetensors`);
  const exact = dtype !== 'F32' && isWeightDType(dtype) ? exactBytes(values, dtype) : undefined;
  const whole = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const stored = exact === undefined ? { dtype: 'F32', bytes: whole } : { dtype, bytes: exact };
  try {
    await writeSafetensors(file, [{ name, shape, ...stored }]);
  } catch (error) {
    throw isLinchpinError(error) ? error : encodedNotWritable(folder, error);
  }
  return (await readHeader(file)).tensors.get(name)!;
}

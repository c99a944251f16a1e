/** Weights as graph values: in the checkpoint's files where they are unchanged, in the graph where they were edited. */
import { dirname, relative, sep } from 'node:path';
import { internalError } from '@linchpin/errors';
import type { ElementType, Graph, Value } from '@linchpin/onnx';
import type { StoredTensor } from '@linchpin/safetensors';
import type { EditedTensor } from '../edit/weight-edits.ts';

/** The matrix of a product, and the rows of it that were edited. */
export interface Matrix {
  readonly value: Value; // float32 [out, in]
  readonly patch?: { readonly rows: readonly number[]; readonly values: Value }; // float32 [rows, in]
}

const elementTypes: Readonly<Record<string, ElementType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/** Hands out weights; every tensor enters the graph once. */
export class GraphWeights {
  readonly folder: string;
  halfPrecisionElements = 0;
  readonly #graph: Graph;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  readonly #edited: ReadonlyMap<string, EditedTensor>;
  readonly #values = new Map<string, Value>();
  readonly #floats = new Map<string, Value>();

  constructor(graph: Graph, tensors: ReadonlyMap<string, StoredTensor>, edited: ReadonlyMap<string, EditedTensor>) {
    this.#graph = graph;
    this.#tensors = tensors;
    this.#edited = edited;
    this.folder = commonFolder([...new Set([...tensors.values()].map((tensor) => tensor.file))]);
  }

  /** A whole tensor in float32. */
  float(name: string): Value {
    const known = this.#floats.get(name);
    if (known !== undefined) return known;
    const value = this.#graph.cast(this.stored(name), 'float32', `${name}:float32`);
    this.#floats.set(name, value);
    return value;
  }

  /** A matrix that is only used in products, in float32. */
  matrix(name: string): Matrix {
    const edited = this.#edited.get(name);
    const value = this.float(name);
    if (edited?.kind !== 'rows') return { value };
    const columns = edited.values.length / edited.rows.length;
    const values = this.#graph.tensor(`${name}.edited_rows`, 'float32', [edited.rows.length, columns], edited.values);
    return { value, patch: { rows: edited.rows, values } };
  }

  /** A whole tensor in the type that it is stored in, or float32 where it was edited. */
  stored(name: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const tensor = this.#tensors.get(name);
    if (tensor === undefined)
      throw internalError(`the family asks for ${name}, which its list of tensors does not have`);
    const edited = this.#edited.get(name);
    // onnxruntime takes weights from files or from memory, not from both, so an edited copy becomes part of the graph.
    const value =
      edited?.kind === 'copy'
        ? this.#graph.tensor(tensor.name, 'float32', tensor.shape, edited.values)
        : this.#inFile(tensor);
    this.#values.set(name, value);
    return value;
  }

  #inFile(tensor: StoredTensor): Value {
    const type = elementTypes[tensor.dtype];
    if (type === undefined) throw internalError(`${tensor.name} is stored as ${tensor.dtype}`);
    if (type !== 'float32') this.halfPrecisionElements += tensor.shape.reduce((product, size) => product * size, 1);
    const location = relative(this.folder, tensor.file).split(sep).join('/');
    return this.#graph.external(tensor.name, type, tensor.shape, {
      location,
      offset: tensor.offset,
      length: tensor.length,
    });
  }
}

/** The deepest folder that holds all files: onnxruntime refuses weights outside the folder that it is given. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? sep);
  while (!files.every((file) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}

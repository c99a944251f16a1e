/** Weights as graph values: in the checkpoint's files where they are unchanged, in the graph or other files where they were edited. */
import { dirname, relative, sep } from 'node:path';
import { internalError } from '@linchpin/errors';
import { elementBytes, type ElementType, type Graph, type Value } from '@linchpin/onnx';
import type { Parameter, ProductType } from '@linchpin/plugin-api';
import { shapeInFile, type StoredTensor } from '@linchpin/safetensors';
import type { ScaledRows } from '../edit/scaled-rows.ts';
import type { EditedTensor } from '../edit/weight-edits.ts';
import { scaleEntries } from './run-time-factors.ts';

/** The matrix of a product. */
export interface Matrix {
  readonly value: Value; // in the type of products [out, in]
  /** The value is [in, out], as the checkpoint stores it. */
  readonly transposed: boolean;
}

/** Rows of a matrix that were edited. */
export interface RowPatch {
  readonly rows: readonly number[];
  readonly values: Value; // in the type of products [rows, in]
}

export interface WeightSources {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly edited: ReadonlyMap<string, EditedTensor>;
  readonly scaled: ReadonlyMap<string, ScaledRows>;
  /** float32 [] of every parameter that scales an entry. */
  readonly parameters: ReadonlyMap<Parameter, Value>;
  /** Files of encoded tensors. */
  readonly encodedFiles: readonly string[];
  /** Tensors that every run is fed with, for they change between runs: float32, matrices [out, in]; edits are in what is fed. */
  readonly fed?: ReadonlySet<string> | undefined;
  /** What products take matrices in. */
  readonly productType: ProductType;
}

const elementTypes: Readonly<Record<string, ElementType>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  U8: 'uint8',
  I8: 'int8',
  I32: 'int32',
};

/** Hands out weights; every tensor enters the graph once. */
export class GraphWeights {
  readonly folder: string;
  halfPrecisionElements = 0;
  readonly #graph: Graph;
  readonly #sources: WeightSources;
  readonly #values = new Map<string, Value>();
  readonly #casts = new Map<string, Value>();

  constructor(graph: Graph, sources: WeightSources) {
    this.#graph = graph;
    this.#sources = sources;
    const files = [...sources.tensors.values()].map((tensor) => tensor.file);
    const copies = [...sources.edited.values()].flatMap((edited) =>
      edited.kind === 'file' ? [edited.stored.file] : [],
    );
    this.folder = commonFolder([...new Set([...files, ...copies, ...sources.encodedFiles])]);
  }

  /** Whether products are in half precision. */
  get isHalf(): boolean {
    return this.#sources.productType !== 'float32';
  }

  /** A whole tensor in float32. */
  float(name: string): Value {
    return this.#in('float32', name);
  }

  /** A whole tensor in the type of products. */
  operand(name: string): Value {
    return this.#in(this.#sources.productType, name);
  }

  #in(type: ProductType, name: string): Value {
    const key = `${name}:${type}`;
    const known = this.#casts.get(key);
    if (known !== undefined) return known;
    const value = this.#graph.cast(this.stored(name), type, key);
    this.#casts.set(key, value);
    return value;
  }

  /** A matrix that is only used in products, in their type; without the rows of its patch. */
  matrix(name: string): Matrix {
    const edited = this.#sources.edited.get(name);
    const isCopied = edited?.kind === 'copy' || edited?.kind === 'file' || this.#isFed(name);
    const transposed = !isCopied && this.#sources.tensors.get(name)?.transposed === true;
    return { value: this.operand(name), transposed };
  }

  /** The rows that replace those of `matrix`; asked for once a matrix. */
  patch(name: string): RowPatch | undefined {
    if (this.#isFed(name)) return undefined;
    const edited = this.#sources.edited.get(name);
    const scaled = this.#sources.scaled.get(name);
    const patch = mergeRows(edited?.kind === 'rows' ? edited : undefined, scaled);
    if (patch === undefined) return undefined;
    const { rows } = patch;
    const shape = [rows.length, patch.values.length / rows.length];
    const fixed = this.#graph.tensor(`${name}.edited_rows`, 'float32', shape, patch.values);
    const { parameters, productType } = this.#sources;
    const entries = scaled?.entries ?? [];
    const values = scaleEntries(this.#graph, { values: fixed, rows, entries, parameters });
    return { rows, values: this.#graph.cast(values, productType, `${name}.edited_rows:${productType}`) };
  }

  /** A matrix that is looked at besides its product, float32 [out, in], with the rows of its patch: a copy where it is not stored so. */
  whole(name: string, patch: RowPatch | undefined): Value {
    const { value, transposed } = this.matrix(name);
    const matrix = transposed ? this.#graph.transpose(value, [1, 0]) : value;
    if (patch === undefined) return this.#graph.cast(matrix, 'float32');
    const rows = new BigInt64Array(patch.rows.map(BigInt));
    const places = this.#graph.tensor(`${name}.edited_places`, 'int64', [rows.length, 1], rows);
    return this.#graph.cast(this.#graph.apply('ScatterND', [matrix, places, patch.values]), 'float32');
  }

  /** The tensors that were encoded for a module, by name. */
  encoded(module: string, tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, Value> {
    return new Map([...tensors].map(([name, tensor]) => [name, this.#inFile(tensor, `${module}:encoded:${name}`)]));
  }

  /** A whole tensor in the type and layout that it is stored in, or float32 where it was edited. */
  stored(name: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const tensor = this.#sources.tensors.get(name);
    if (tensor === undefined)
      throw internalError(`the family asks for ${name}, which its list of tensors does not have`);
    const value = this.#isFed(name) ? this.#graph.input(name, 'float32', tensor.shape) : this.#fixed(tensor);
    this.#values.set(name, value);
    return value;
  }

  #isFed(name: string): boolean {
    return this.#sources.fed?.has(name) === true;
  }

  #fixed(tensor: StoredTensor): Value {
    const edited = this.#sources.edited.get(tensor.name);
    if (edited?.kind === 'copy') return this.#graph.tensor(tensor.name, 'float32', tensor.shape, edited.values);
    return this.#inFile(edited?.kind === 'file' ? edited.stored : tensor);
  }

  #inFile(tensor: StoredTensor, name: string = tensor.name): Value {
    const type = elementTypes[tensor.dtype];
    if (type === undefined) throw internalError(`${tensor.name} is stored as ${tensor.dtype}`);
    if (elementBytes[type] === 2)
      this.halfPrecisionElements += tensor.shape.reduce((product, size) => product * size, 1);
    const location = relative(this.folder, tensor.file).split(sep).join('/');
    return this.#graph.external(name, type, shapeInFile(tensor), {
      location,
      offset: tensor.offset,
      length: tensor.length,
    });
  }
}

interface Rows {
  readonly rows: readonly number[];
  readonly values: Float32Array;
}

/** Rows in ascending order; those of `later`, which know the edits of `earlier`, win. */
function mergeRows(earlier: Rows | undefined, later: Rows | undefined): Rows | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  const columns = later.values.length / later.rows.length;
  const rows = [...new Set([...earlier.rows, ...later.rows])].toSorted((a, b) => a - b);
  const values = new Float32Array(rows.length * columns);
  for (const source of [earlier, later]) {
    source.rows.forEach((row, index) =>
      values.set(source.values.subarray(index * columns, (index + 1) * columns), rows.indexOf(row) * columns),
    );
  }
  return { rows, values };
}

/** The deepest folder that holds all files: onnxruntime refuses weights outside the folder that it is given. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? sep);
  while (!files.every((file) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}

/**
 * Brings the weights of a laid graph together: one run of bytes, which the graph refers to as a single file. Matrices may
 * be packed in 8 bits; the graph then multiplies codes by scales, which onnxruntime does once, when it opens the session.
 */
import { internalError } from '@linchpin/errors';
import { type ExternalData, Graph, type Initializer, verifyGraph } from '@linchpin/onnx';
import { readRows, shapeInFile, type StoredTensor, streamStored } from '@linchpin/safetensors';
import { isWeightDType } from '@linchpin/tensor';
import { blockOf, encodeEightBits } from './eight-bit-blocks.ts';
import type { WeightEncoding } from './manifest.ts';
import type { PackedTensor } from './packed-tensor.ts';

/** The file that the packed graph refers to; the page gives its bytes to the session under this name. */
export const weightsFile = 'weights.bin';

/** Values that are rounded together: 16 MiB of float32. */
const valuesAtOnce = 2 ** 22;

/** Where tensors begin, in bytes. */
const alignment = 64;

export interface PackedWeights {
  readonly graph: Graph;
  /** Every tensor that lies among the weights, by its name in the file. */
  readonly tensors: ReadonlyMap<string, PackedTensor>;
  readonly bytes: number;
}

export interface PackOptions {
  readonly encoding: WeightEncoding;
  /** Those of the checkpoint. */
  readonly tensors: Iterable<StoredTensor>;
  /** Takes the bytes, in order. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

export async function packWeights(graph: Graph, { encoding, tensors, write }: PackOptions): Promise<PackedWeights> {
  const packed = new Graph();
  for (const { name, type, shape } of graph.inputs) packed.input(name, type, shape);
  const packer = new Packer(packed, write);
  const byName = new Map([...tensors].map((stored) => [stored.name, stored]));
  for (const initializer of graph.initializers) {
    if (!('location' in initializer.data)) {
      packed.adoptInitializer(initializer);
      continue;
    }
    const stored = byName.get(initializer.value.name);
    if (stored === undefined) throw internalError(`${initializer.value.name} is no tensor of the checkpoint`);
    if (encoding === 'int8' && stored.shape.length === 2) await packer.eightBits(stored);
    else await packer.asStored(initializer, stored);
  }
  for (const node of graph.nodes)
    packed.adopt(
      node,
      node.outputs.map((name) => graph.value(name)),
    );
  for (const { name } of graph.outputs) packed.output(packed.value(name));
  const problems = verifyGraph(packed);
  if (problems.length > 0) throw internalError(`the packed graph is not sound: ${problems.join('; ')}`);
  return { graph: packed, tensors: packer.tensors, bytes: packer.written };
}

class Packer {
  readonly tensors = new Map<string, PackedTensor>();
  written = 0;
  readonly #graph: Graph;
  readonly #write: PackOptions['write'];

  constructor(graph: Graph, write: PackOptions['write']) {
    this.#graph = graph;
    this.#write = write;
  }

  async asStored({ value: { name, type } }: Initializer, stored: StoredTensor): Promise<void> {
    const { dtype } = stored;
    if (!isWeightDType(dtype)) throw internalError(`${name} is stored as ${dtype}`);
    const place = await this.#append(streamStored(stored));
    this.#graph.external(name, type, shapeInFile(stored), place);
    this.tensors.set(name, { ...layoutOf(stored), dtype, offset: place.offset });
  }

  /** The matrix becomes a value that codes and scales give, under the same name and in float32. */
  async eightBits(stored: StoredTensor): Promise<void> {
    const { name } = stored;
    const shape = shapeInFile(stored) as [number, number];
    const [rows, columns] = shape;
    const block = blockOf(columns);
    const ofBlocks: Uint16Array[] = [];
    const codes = await this.#append(encoded(stored, block, (scales) => ofBlocks.push(scales)));
    const scales = await this.#append(asBytes(ofBlocks));
    const graph = this.#graph;
    const blocks = [rows, columns / block];
    const operands = [
      graph.external(`${name}:codes`, 'int8', [...blocks, block], codes),
      graph.external(`${name}:scales`, 'float16', [...blocks, 1], scales),
    ];
    const factors = operands.map((value) => graph.cast(value, 'float32', `${value.name}:float32`));
    const product = graph.apply('Mul', factors, { name: `${name}:blocks` });
    const target = graph.tensor(`${name}:shape`, 'int64', [2], BigInt64Array.from(shape, BigInt));
    const node = { operator: 'Reshape', inputs: [product.name, target.name], outputs: [name], attributes: {} };
    graph.adopt(node, [{ name, type: 'float32', shape }]);
    this.tensors.set(name, { ...layoutOf(stored), dtype: 'int8', codes: codes.offset, scales: scales.offset, block });
  }

  async #append(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ExternalData> {
    const padding = (alignment - (this.written % alignment)) % alignment;
    if (padding > 0) await this.#put(new Uint8Array(padding));
    const offset = this.written;
    for await (const piece of pieces) await this.#put(piece);
    return { location: weightsFile, offset, length: this.written - offset };
  }

  async #put(bytes: Uint8Array): Promise<void> {
    await this.#write(bytes);
    this.written += bytes.length;
  }
}

function layoutOf({ transposed }: StoredTensor): { readonly transposed?: true } {
  return transposed === true ? { transposed } : {};
}

/** Codes as they are made, in the order of the file; `take` gets the scales. */
async function* encoded(
  stored: StoredTensor,
  block: number,
  take: (scales: Uint16Array) => void,
): AsyncGenerator<Uint8Array, void> {
  const shape = shapeInFile(stored) as [number, number];
  const { transposed: _, ...asStored } = { ...stored, shape };
  const rowsAtOnce = Math.max(1, Math.floor(valuesAtOnce / shape[1]));
  for (let row = 0; row < shape[0]; row += rowsAtOnce) {
    const values = await readRows(asStored, row, Math.min(rowsAtOnce, shape[0] - row));
    const { codes, scales } = encodeEightBits(values, block);
    take(scales);
    yield new Uint8Array(codes.buffer);
  }
}

function* asBytes(arrays: readonly Uint16Array[]): Generator<Uint8Array, void> {
  for (const { buffer, byteOffset, byteLength } of arrays) yield new Uint8Array(buffer, byteOffset, byteLength);
}

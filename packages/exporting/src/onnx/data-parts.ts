/** What the data file of an ONNX model holds: every weight, and whatever else of the graph is large. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportedGraph } from '@linchpin/models';
import { elementBytes, elementCount, type ElementType, type Initializer, type Value } from '@linchpin/onnx';
import { narrowToFloat16 } from '@linchpin/tensor';
import { beyondFloat16, dataCutShort } from '../errors.ts';

export interface DataPart {
  /** As the graph names it. */
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Which data file holds it, from 0. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  read(): Promise<Uint8Array>;
}

/** Smaller initializers stay in the model file. */
const smallest = 1024;

/** Of what is large enough to be mapped, and of everything else. */
const alignments = { mapped: 4096, other: 64, mappedFrom: 2 ** 20 } as const;

/** Less than what an ArrayBuffer of a browser holds. */
const mostBytes = 2e9;

/** Weights that the graph takes as inputs, in the given type where they are matrices, and its own large initializers. */
export function dataParts(laid: ExportedGraph, matrices: 'float32' | 'float16'): DataPart[] {
  const weights = laid.graph.inputs
    .filter(({ name }) => laid.weights.has(name))
    .map((value) => weightPart(laid, value, matrices));
  const others = laid.graph.initializers
    .filter(({ data }) => data.length >= smallest || 'location' in data)
    .map((initializer) => initializerPart(laid.weightFolder, initializer));
  return placed([...weights, ...others]);
}

type Unplaced = Omit<DataPart, 'file' | 'offset'>;

function weightPart(laid: ExportedGraph, { name, shape }: Value, matrices: 'float32' | 'float16'): Unplaced {
  const sizes = shape as readonly number[];
  const type = sizes.length < 2 ? 'float32' : matrices;
  return {
    name,
    type,
    shape: sizes,
    length: elementCount(sizes) * elementBytes[type],
    async read() {
      const values = await laid.values(name);
      return bytesOf(type === 'float32' ? values : halves(name, values));
    },
  };
}

function halves(name: string, values: Float32Array): Uint16Array {
  const narrow = narrowToFloat16(values);
  const at = narrow.findIndex((bits, index) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(values[index]));
  if (at >= 0) throw beyondFloat16(name, values[at]!);
  return narrow;
}

function initializerPart(folder: string, { value: { name, type, shape }, data }: Initializer): Unplaced {
  return {
    name,
    type,
    shape: shape as readonly number[],
    length: data.length,
    read: async () => ('location' in data ? await readPart(join(folder, data.location), data) : data),
  };
}

async function readPart(
  file: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  await using handle = await open(file);
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length;) {
    const { bytesRead } = await handle.read(bytes, read, Math.min(length - read, 2 ** 30), offset + read);
    if (bytesRead === 0) throw dataCutShort(file, offset + read, offset + length);
    read += bytesRead;
  }
  return bytes;
}

function placed(parts: readonly Unplaced[]): DataPart[] {
  let [file, end] = [0, 0];
  return parts.map((part) => {
    const alignment = part.length >= alignments.mappedFrom ? alignments.mapped : alignments.other;
    let offset = Math.ceil(end / alignment) * alignment;
    if (offset > 0 && offset + part.length > mostBytes) [file, offset] = [file + 1, 0];
    end = offset + part.length;
    return { ...part, file, offset };
  });
}

function bytesOf(values: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

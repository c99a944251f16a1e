/** The files of a sparse tuning: which parts were chosen, and what they hold after the training. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChosenPart, Json, TrainedResult } from '@linchpin/plugin-api';
import { readHeader, readTensor, type StoredTensor, type TensorToWrite, writeSafetensors } from '@linchpin/safetensors';
import { z } from 'zod';
import { nothingTuned } from './errors.ts';

const configName = 'smt_config.json';
const modelName = 'smt_model.safetensors';
/** The tensor of the parts, one behind the other in the order in which they were chosen. */
const blocksName = 'blocks';

type Place = ChosenPart['place'];

type Shapes = Readonly<Record<string, readonly number[]>>;

export interface SmtRecord {
  readonly format: 1;
  /** A block of a matrix, or one of its columns. */
  readonly unit: 'block' | 'channel';
  readonly block: number;
  readonly settings: Readonly<Record<string, Json>>;
  /** Of the tensors that the warm-up has moved, which lie beside the blocks. */
  readonly moved: Shapes;
  /** Of the matrices that have trained parts. */
  readonly matrices: Shapes;
  /** Rows and columns are counted in blocks, or in channels. */
  readonly chosen: readonly {
    readonly matrix: string;
    readonly row: number;
    readonly column: number;
    readonly score: number;
  }[];
}

const shapes = z.record(z.string(), z.array(z.int().min(1)));
const index = z.int().min(0);

const recordSchema: z.ZodType<SmtRecord> = z.object({
  format: z.literal(1),
  unit: z.enum(['block', 'channel']),
  block: z.int().min(1),
  settings: z.record(z.string(), z.json()),
  moved: shapes,
  matrices: shapes,
  chosen: z.array(z.object({ matrix: z.string(), row: index, column: index, score: z.number() })).min(1),
});

/** Where a part lies in its matrix. */
export function placeOf(
  { row, column }: { readonly row: number; readonly column: number },
  { unit, block, shape }: Pick<SmtRecord, 'unit' | 'block'> & { readonly shape: readonly number[] },
): Place {
  const [rows, columns] = unit === 'block' ? [block, block] : [shape[0]!, 1];
  return { row: row * rows, column: column * columns, rows, columns };
}

export interface Tuned {
  readonly result: TrainedResult;
  readonly moved?: ReadonlyMap<string, Float32Array>;
}

export async function writeTuned(record: SmtRecord, { result, moved }: Tuned, folder: string): Promise<void> {
  const parts = partsOf(record);
  const values = new Float32Array(parts.reduce((sum, { place }) => sum + place.rows * place.columns, 0));
  eachRow(parts, (name, { inMatrix, inParts, length }) =>
    values.set(result.values(name).subarray(inMatrix, inMatrix + length), inParts),
  );
  const { block, unit, chosen } = record;
  const shape = unit === 'block' ? [chosen.length, block, block] : [values.length];
  const tensors = [tensorOf(blocksName, shape, values)];
  for (const [name, whole] of moved ?? []) tensors.push(tensorOf(name, record.moved[name]!, whole));
  await writeSafetensors(join(folder, modelName), tensors, { format: 'pt' });
  await writeFile(join(folder, configName), `${JSON.stringify({ ...record, origin: result.origin }, null, 1)}\n`);
}

function tensorOf(name: string, shape: readonly number[], values: Float32Array): TensorToWrite {
  return { name, dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

interface Part {
  readonly name: string;
  readonly place: Place;
  /** Columns of its matrix. */
  readonly width: number;
}

function partsOf(record: SmtRecord): Part[] {
  return record.chosen.map(({ matrix, ...at }) => {
    const shape = record.matrices[matrix]!;
    return { name: matrix, place: placeOf(at, { ...record, shape }), width: shape[1]! };
  });
}

/** A row of a part, in its matrix and among the numbers of all parts. */
interface PartRow {
  readonly inMatrix: number;
  readonly inParts: number;
  readonly length: number;
}

function eachRow(parts: readonly Part[], use: (name: string, row: PartRow) => void): void {
  let inParts = 0;
  for (const { name, place, width } of parts)
    for (let row = place.row; row < place.row + place.rows; row++) {
      use(name, { inMatrix: row * width + place.column, inParts, length: place.columns });
      inParts += place.columns;
    }
}

/** The record of a folder, and the hashes of both files. Throws where they are not there, or not as they were written. */
export function readRecord(folder: string): { readonly record: SmtRecord; readonly sha256: Record<string, string> } {
  const checked = recordSchema.safeParse(parsedConfig(folder));
  if (!checked.success) throw nothingTuned(folder, `${configName} with other contents`, checked.error);
  const record = checked.data;
  for (const { matrix, ...at } of record.chosen) {
    const shape = record.matrices[matrix] ?? [];
    const { row, column, rows, columns } = placeOf(at, { ...record, shape });
    const isInside = shape.length === 2 && row + rows <= shape[0]! && column + columns <= shape[1]!;
    if (!isInside) throw nothingTuned(folder, `${configName} with a part outside of ${matrix}`);
  }
  const sha256 = [configName, modelName].map((name) => [name, hashOf(folder, name)]);
  return { record, sha256: Object.fromEntries(sha256) as Record<string, string> };
}

function parsedConfig(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, configName), 'utf8'));
  } catch (cause) {
    throw nothingTuned(folder, `no ${configName} that can be read`, cause);
  }
}

/** By pieces: a result that holds a whole model is larger than a buffer may be. */
function hashOf(folder: string, name: string): string {
  const hash = createHash('sha256');
  let opened: number;
  try {
    opened = openSync(join(folder, name), 'r');
  } catch (cause) {
    throw nothingTuned(folder, `no ${name} that can be read`, cause);
  }
  try {
    const piece = Buffer.allocUnsafe(2 ** 20);
    for (let read = 1; read > 0;) {
      read = readSync(opened, piece, 0, piece.length, null);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(opened);
  }
  return hash.digest('hex');
}

export interface TunedValues {
  /** Tensors that the warm-up has moved. */
  moved(name: string): Promise<Float32Array>;
  /** Copies the trained parts of a matrix into its values. */
  putBlocks(name: string, matrix: Float32Array): void;
}

/** What a folder holds. Throws where it does not fit its record. */
export async function openTuned(folder: string, record: SmtRecord): Promise<TunedValues> {
  const { tensors } = await readHeader(join(folder, modelName));
  const stored = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw nothingTuned(folder, `${modelName} without ${name}`);
    return tensor;
  };
  const values = await readTensor(stored(blocksName));
  const parts = partsOf(record);
  const expected = parts.reduce((sum, { place }) => sum + place.rows * place.columns, 0);
  if (values.length !== expected)
    throw nothingTuned(folder, `${values.length} trained numbers in ${modelName}, and ${expected} in ${configName}`);
  return {
    moved: async (name) => await readTensor(stored(name)),
    putBlocks: (wanted, matrix) =>
      eachRow(parts, (name, { inMatrix, inParts, length }) => {
        if (name === wanted) matrix.set(values.subarray(inParts, inParts + length), inMatrix);
      }),
  };
}

/**
 * Writes a checkpoint with its edits in the weights: a folder as the Hugging Face hub lays it out, which transformers opens.
 * Whatever no intervention has changed keeps its bytes, its type, its layout and its name. The folder appears whole or not at all.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWholeFolder } from '@linchpin/files';
import type { Intervention, InterventionRemark, Json } from '@linchpin/plugin-api';
import { shapeInFile, streamStored, type TensorToWrite, writeSafetensors } from '@linchpin/safetensors';
import { isWeightDType, type WeightDType } from '@linchpin/tensor';
import { type EditedWeights, openEditedWeights } from '../edited-weights.ts';
import type { Decoder } from '../open-decoder.ts';
import type { PlanOptions } from '../plan-checkpoint.ts';
import { writeAccompanying } from './accompanying-files.ts';
import { nameType } from './config-file.ts';
import { notInWeights } from './errors.ts';
import { type ChangedTensor, isExactIn, storedBytes } from './stored-bytes.ts';

export interface MergeOptions extends Pick<PlanOptions, 'encodedFolder' | 'onMatrix'> {
  readonly interventions: readonly Intervention[];
  /** Folder that is not there yet, or is empty. */
  readonly out: string;
  /** What changed tensors are written in; float32 when absent. */
  readonly dtype?: MergedDType;
  /** What is made of what: kept with the weights. */
  readonly origin: Json;
  /** Most bytes of a file; 5 GB when absent. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

/** float32, which is exact, the type of the checkpoint, to which values are rounded, or that type where it holds them exactly. */
export type MergedDType = 'float32' | 'stored' | 'exact';

/** A checkpoint of a known architecture. */
export type MergedFrom = Pick<Decoder, 'checkpoint' | 'family' | 'config' | 'tensors'>;

export interface MergedCheckpoint {
  /** In the folder, in the order of their names. */
  readonly files: readonly string[];
  readonly tensors: number;
  readonly changed: readonly ChangedTensor[];
  /** Whether any of them is stored in float32 where the checkpoint has another type; then config.json names float32, too. */
  readonly isWidened: boolean;
  readonly remarks: readonly InterventionRemark[];
}

const largestFile = 5e9;

/** Throws for interventions that do more than change weights, before any weight is written; the folder is then not there. */
export async function mergeCheckpoint(decoder: MergedFrom, options: MergeOptions): Promise<MergedCheckpoint> {
  const { out, signal } = options;
  return await writeWholeFolder({ out, signal }, (folder) => writeMerged(folder, decoder, options));
}

async function writeMerged(folder: string, decoder: MergedFrom, options: MergeOptions): Promise<MergedCheckpoint> {
  const { interventions, encodedFolder, onMatrix } = options;
  const weights = await openEditedWeights(decoder, {
    interventions,
    execution: 'float32',
    ...(encodedFolder === undefined ? {} : { encodedFolder }),
    ...(onMatrix === undefined ? {} : { onMatrix }),
  });
  try {
    requireWeightsAlone(weights, interventions);
    const changed = await writeWeights(folder, decoder, { weights, options });
    await writeAccompanying(decoder.checkpoint, folder);
    const { tensors } = decoder.checkpoint;
    const types = new Map([...tensors.values()].map((stored) => [stored.name, stored.dtype]));
    const isWidened = changed.some(({ name, dtype }) => types.get(name) !== dtype);
    // Programs load in the type that is named, and would round what was widened for being exact.
    const type = isWidened ? 'float32' : typeOfAll(types.values());
    await nameType(join(folder, 'config.json'), type, { keepsNamed: !isWidened });
    const files = (await readdir(folder)).toSorted();
    return { files, tensors: tensors.size, changed, isWidened, remarks: weights.remarks };
  } finally {
    await weights.release();
  }
}

const typeNames: Readonly<Record<WeightDType, string>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/** The type that all weights are stored in, or float32, which holds every one of several types: in the words of config.json. */
function typeOfAll(dtypes: Iterable<string>): string {
  const [first, ...others] = new Set([...dtypes].filter(isWeightDType));
  return first === undefined || others.length > 0 ? typeNames.F32 : typeNames[first];
}

function requireWeightsAlone({ beyondWeights }: EditedWeights, interventions: readonly Intervention[]): void {
  const [first] = beyondWeights;
  if (first === undefined) return;
  const own = beyondWeights.filter(({ intervention }) => intervention === first.intervention);
  throw notInWeights(
    interventions[first.intervention]!.name,
    own.map(({ what }) => what),
  );
}

interface Written {
  readonly weights: EditedWeights;
  readonly options: MergeOptions;
}

/** A tensor whose bytes are read or made when they are written. */
interface SizedTensor extends TensorToWrite {
  readonly size: number;
}

async function writeWeights(
  folder: string,
  { checkpoint, tensors: oriented }: MergedFrom,
  { weights, options }: Written,
): Promise<ChangedTensor[]> {
  const { dtype = 'float32', origin, mostBytes = largestFile, signal } = options;
  const changed: ChangedTensor[] = [];
  const types = await typesOf(checkpoint.tensors, weights, dtype);
  const tensors = [...checkpoint.tensors].map(([name, stored]): SizedTensor => {
    const asRead = oriented.get(name) ?? stored;
    const place = { name: stored.name, shape: shapeInFile(asRead) };
    const changedTo = types.get(name);
    if (changedTo === undefined) {
      const bytes = watched(streamStored(stored), signal);
      return { ...place, dtype: stored.dtype, size: stored.length, bytes };
    }
    const type: string = changedTo;
    const size = type === stored.dtype ? stored.length : 4 * asRead.shape.reduce((product, each) => product * each, 1);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      signal?.throwIfAborted();
      const [before, after] = [await checkpoint.format.readTensor(asRead), await weights.values(name)];
      const { bytes, tensor } = storedBytes(asRead, { before, after }, type);
      changed.push(tensor);
      yield bytes;
    }
    return { ...place, dtype: type, size, bytes: pieces() };
  });
  const files = inFiles(tensors, mostBytes);
  const metadata = { format: 'pt', linchpin: JSON.stringify(origin) };
  for (const [index, part] of files.entries())
    await writeSafetensors(join(folder, fileName(index, files.length)), part, metadata);
  if (files.length > 1) await writeIndex(folder, files);
  return changed;
}

/** What each changed tensor is written in. */
async function typesOf(
  tensors: MergedFrom['checkpoint']['tensors'],
  weights: EditedWeights,
  dtype: MergedDType,
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const [name, stored] of tensors) {
    if (!weights.changed.has(name)) continue;
    const isKept = dtype === 'stored' || (dtype === 'exact' && isExactIn(await weights.values(name), stored.dtype));
    types.set(name, isKept ? stored.dtype : 'F32');
  }
  return types;
}

async function* watched<T>(pieces: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    yield piece;
  }
}

/** In the order of the checkpoint; a tensor that is larger than a file may be has one by itself. */
function inFiles(tensors: readonly SizedTensor[], mostBytes: number): SizedTensor[][] {
  const files: SizedTensor[][] = [];
  let bytes = Infinity;
  for (const tensor of tensors) {
    if (bytes + tensor.size > mostBytes) {
      files.push([]);
      bytes = 0;
    }
    files.at(-1)!.push(tensor);
    bytes += tensor.size;
  }
  return files;
}

function fileName(index: number, count: number): string {
  return count === 1 ? 'model.safetensors' : `model-${fiveDigits(index + 1)}-of-${fiveDigits(count)}.safetensors`;
}

function fiveDigits(value: number): string {
  return String(value).padStart(5, '0');
}

async function writeIndex(folder: string, files: readonly (readonly SizedTensor[])[]): Promise<void> {
  const all = files.flat();
  const map = files.flatMap((part, index) => part.map(({ name }) => [name, fileName(index, files.length)]));
  const index = {
    metadata: { total_size: all.reduce((sum, { size }) => sum + size, 0) },
    weight_map: Object.fromEntries(map),
  };
  await writeFile(join(folder, 'model.safetensors.index.json'), `${JSON.stringify(index, null, 2)}\n`);
}

/** From a checkpoint and interventions to everything that a graph is laid from. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { env } from 'node:process';
import { internalError } from '@linchpin/errors';
import {
  allKernels,
  type DecoderConfig,
  type Intervention,
  type Kernels,
  type ModelFamily,
  type ProductType,
} from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { claimFolder } from './edit/claimed-folder.ts';
import { EditedCopies } from './edit/edited-copies.ts';
import { collectEdits, type EditedRows, type ExecutedProduct, type ModelEdits } from './edit/model-editor.ts';
import { type EncodedProduct, encodeProducts } from './encoded/encode-products.ts';
import { encodedFolder } from './encoded/encoded-folder.ts';
import { editedKey, encodingKey } from './encoded/encoding-key.ts';
import { contextLengthOutOfRange } from './errors.ts';
import { safetensors } from './formats/safetensors.ts';
import type { TensorReader } from './formats/tensor-reader.ts';
import type { DecoderPlan } from './graph/lay-plan.ts';
import { type Split16Group, split16Products } from './split16/split16-products.ts';

const defaultCopiedBytes = 256 * 2 ** 20;

/** A checkpoint whose architecture is known. */
export interface DecoderCheckpoint {
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  /** As `orientTensors` gives them. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly checkpoint?: {
    /** Needed where an intervention executes products otherwise: encoded weights are kept under the contents' hash. */
    contentHash(): Promise<string>;
    /** Reads the values of `tensors`; they lie in safetensors files when absent. */
    readonly format?: TensorReader;
  };
}

/** What reads the tensors of a checkpoint. */
export function readerOf({ checkpoint }: Pick<DecoderCheckpoint, 'checkpoint'>): TensorReader {
  return checkpoint?.format ?? safetensors;
}

/** How products with weights are executed that no intervention executes otherwise. */
export type BaseExecution = 'float32' | 'split16';

export interface PlanOptions {
  readonly interventions?: readonly Intervention[];
  /** Sites whose activations every batch gives back. */
  readonly readSites?: readonly string[];
  /** Longest request; the config's context when absent. */
  readonly contextLength?: number;
  /** `float32` when absent. */
  readonly execution?: BaseExecution | undefined;
  /** What products that nothing executes otherwise, and tables, are computed in; `float32` when absent. */
  readonly dtype?: ProductType | undefined;
  /** What the device that will run the graph computes itself; everything when absent. */
  readonly kernels?: Kernels | undefined;
  /** Where weights that executions encode are kept; `linchpin/encoded` in the user's folder of caches when absent. */
  readonly encodedFolder?: string;
  /** Most bytes of edited copies of matrices that are kept in memory; further ones go to files. 256 MiB when absent. */
  readonly mostCopiedBytes?: number;
  /** Whether run-time numbers become parts of weights, at their first values. */
  readonly fixesParameters?: boolean;
  /** `apart` when absent. */
  readonly editedRows?: EditedRows;
  /** Called with an encoded file of an earlier run that is damaged or incomplete, and is made again. */
  readonly onRebuild?: (file: string, reason: string) => void;
  /** Called whenever a matrix has been edited or encoded: of a large model this takes minutes. */
  readonly onMatrix?: (work: 'edited' | 'encoded', done: number, total: number) => void;
}

/** Asks the interventions for their edits, and encodes what they execute otherwise. */
export async function planCheckpoint(checkpoint: DecoderCheckpoint, options: PlanOptions): Promise<DecoderPlan> {
  const { family, config, tensors } = checkpoint;
  const contextLength = options.contextLength ?? config.contextLength;
  if (!Number.isInteger(contextLength) || contextLength < 1 || contextLength > config.contextLength)
    throw contextLengthOutOfRange(contextLength, config.contextLength);
  const interventions = options.interventions ?? [];
  const copies = new EditedCopies({
    mostInGraph: options.mostCopiedBytes ?? defaultCopiedBytes,
    claim: async () => claimFolder(join(folderOf(options), 'edited'), await copiesKey(checkpoint, interventions)),
  });
  try {
    const reader = readerOf(checkpoint);
    const onEdited = (done: number, total: number): void => options.onMatrix?.('edited', done, total);
    const { readSites, fixesParameters, editedRows } = options;
    const collect = { readSites, copies, reader, onEdited, fixesParameters, editedRows };
    const edits = await collectEdits(checkpoint, interventions, collect);
    const { products, encoded } = await encodedProducts(checkpoint, edits, options);
    const files = copies.hasFiles ? { removeFiles: () => copies.removeFiles() } : {};
    const remarks = edits.effects.remarks(interventions.length);
    const { kernels = allKernels, dtype } = options;
    return { family, config, tensors, edits, products, dtype, encoded, remarks, contextLength, kernels, ...files };
  } catch (error) {
    await copies.removeFiles();
    throw error;
  }
}

/** Names what copies depend on, so that a graph with the same ones is the same graph. */
async function copiesKey({ checkpoint }: DecoderCheckpoint, interventions: readonly Intervention[]): Promise<string> {
  if (checkpoint === undefined) return randomUUID();
  return editedKey(await checkpoint.contentHash(), interventions);
}

function folderOf(options: PlanOptions): string {
  return options.encodedFolder ?? encodedFolder(env);
}

/** What interventions execute, what the base execution does, and the tensors of both. */
async function encodedProducts(
  decoder: DecoderCheckpoint,
  edits: ModelEdits,
  options: PlanOptions,
): Promise<Pick<DecoderPlan, 'products' | 'encoded'>> {
  const products = new Map<string, ExecutedProduct>();
  const encoded = new Map<string, EncodedProduct>();
  const groups = options.execution === 'split16' ? split16Groups(decoder, edits, options) : [];
  for (const group of [...groups, edits]) {
    if (group.products.size === 0) continue;
    if (decoder.checkpoint === undefined) throw internalError('a checkpoint without a hash of its contents');
    const key = encodingKey(await decoder.checkpoint.contentHash(), group);
    const made = await encodeProducts(group.products, join(folderOf(options), key), {
      onRebuild: options.onRebuild,
      onEncoded: (done, total) => options.onMatrix?.('encoded', done, total),
    });
    for (const [module, product] of group.products) {
      products.set(module, product);
      // Of matrices that are encoded already only the sum is known: then each that has edited one counts.
      if (made.get(module)!.changed > 0) for (const by of product.editedBy ?? []) edits.effects.add(by);
    }
    for (const [module, product] of made) encoded.set(module, product);
  }
  return { products, encoded };
}

function split16Groups(
  decoder: DecoderCheckpoint,
  edits: ModelEdits,
  { interventions = [] }: PlanOptions,
): Split16Group[] {
  const { family, config, tensors } = decoder;
  const matrices = family.layerMatrices(config);
  return split16Products({ matrices, tensors, reader: readerOf(decoder), edits, interventions });
}

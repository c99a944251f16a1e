/** Which products split16 executes, and what their slices are kept under. */
import type { Intervention } from '@linchpin/plugin-api';
import { readTensor, type StoredTensor } from '@linchpin/safetensors';
import type { ExecutedProduct, ModelEdits } from '../edit/model-editor.ts';
import type { TensorReader } from '../formats/tensor-reader.ts';
import type { EditedTensor } from '../edit/weight-edits.ts';
import { longestSum, split16 } from './lay-split16.ts';

/** Products whose matrices depend on a chain of interventions, or on none. */
export interface Split16Group {
  readonly products: ReadonlyMap<string, ExecutedProduct>;
  readonly encodedChain: readonly Intervention[];
}

export interface Split16Sources {
  /** The matrices of the layers, by name. */
  readonly matrices: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Reads `tensors`. */
  readonly reader: Pick<TensorReader, 'readTensor'>;
  readonly edits: Pick<ModelEdits, 'weights' | 'products'>;
  readonly interventions: readonly Intervention[];
}

/**
 * The products of the checkpoint, and those whose matrices were edited as a whole, which take the place of the former.
 * Matrices of which rows were edited are sliced as their files have them, for their edited rows are computed again, in
 * float32. So the slices of a checkpoint, always of all its matrices, serve every chain. Matrices with longer sums than
 * split16 holds stay in float32, and the execution's name says so.
 */
export function split16Products({ matrices, tensors, reader, edits, interventions }: Split16Sources): Split16Group[] {
  const isShort = (name: string): boolean => tensors.get(name)!.shape[1]! <= longestSum;
  const hasRest = matrices.some((name) => !isShort(name) && !edits.products.has(moduleOf(name)));
  const execution = hasRest ? { ...split16, name: 'split16+float32' } : split16;
  const stored = new Map<string, ExecutedProduct>();
  const copied = new Map<string, ExecutedProduct>();
  for (const name of matrices) {
    if (!isShort(name)) continue;
    const module = moduleOf(name);
    const tensor = tensors.get(name)!;
    const [out, inner] = tensor.shape as [number, number];
    const sliced = (read: () => Promise<Float32Array>): ExecutedProduct => ({
      execution,
      shape: [out, inner],
      matrix: async () => ({ values: await read(), changed: 0 }),
    });
    stored.set(
      module,
      sliced(() => reader.readTensor(tensor)),
    );
    const copy = copyOf(edits.weights.get(name));
    if (copy !== undefined) copied.set(module, sliced(copy));
  }
  const isUsed = [...stored.keys()].some((module) => !copied.has(module) && !edits.products.has(module));
  return [
    { products: isUsed ? stored : new Map<string, ExecutedProduct>(), encodedChain: [] },
    { products: copied, encodedChain: interventions },
  ];
}

function moduleOf(matrix: string): string {
  return matrix.replace(/\.weight$/, '');
}

/** Reads a matrix that was edited as a whole; undefined where the file's holds. */
function copyOf(edited: EditedTensor | undefined): (() => Promise<Float32Array>) | undefined {
  if (edited?.kind === 'copy') return async () => edited.values;
  if (edited?.kind === 'file') return () => readTensor(edited.stored);
  return undefined;
}

/** What a trained tensor holds before the first step. */
import { internalError } from '@linchpin/errors';
import { readTensor } from '@linchpin/safetensors';
import type { DecoderPlan } from '../graph/lay-plan.ts';
import { type DecoderCheckpoint, readerOf } from '../plan-checkpoint.ts';

/** In float32, matrices [out, in], with the edits that interventions made. */
export async function initialValues(
  checkpoint: DecoderCheckpoint,
  { edits, tensors }: Pick<DecoderPlan, 'edits' | 'tensors'>,
  name: string,
): Promise<Float32Array> {
  const stored = tensors.get(name);
  if (stored === undefined) throw internalError(`${name} is no tensor of the checkpoint`);
  if (edits.scaled.has(name)) throw internalError(`${name} is trained and scaled by a run-time number`);
  const edited = edits.weights.get(name);
  if (edited?.kind === 'copy') return edited.values.slice();
  if (edited?.kind === 'file') return await readTensor(edited.stored);
  const values = await readerOf(checkpoint).readTensor(stored);
  if (edited?.kind !== 'rows') return values;
  const columns = edited.values.length / edited.rows.length;
  edited.rows.forEach((row, index) =>
    values.set(edited.values.subarray(index * columns, (index + 1) * columns), row * columns),
  );
  return values;
}

/** What a tensor holds after all edits: a trained one before its first step, a merged one for good. */
import { internalError } from '@linchpin/errors';
import { readTensor, type StoredTensor } from '@linchpin/safetensors';
import type { EditedTensor } from '../edit/weight-edits.ts';
import type { DecoderPlan } from '../graph/lay-plan.ts';
import type { ScaledRows } from '../edit/scaled-rows.ts';
import { type DecoderCheckpoint, readerOf } from '../plan-checkpoint.ts';

/** In float32, matrices [out, in], with the edits that interventions made and run-time numbers at their first values. */
export async function initialValues(
  checkpoint: DecoderCheckpoint,
  { edits, tensors }: Pick<DecoderPlan, 'edits' | 'tensors'>,
  name: string,
): Promise<Float32Array> {
  const stored = tensors.get(name);
  if (stored === undefined) throw internalError(`${name} is no tensor of the checkpoint`);
  const values = await fixedValues(checkpoint, edits.weights.get(name), stored);
  const scaled = edits.scaled.get(name);
  if (scaled !== undefined) scaleEntries(values, scaled);
  return values;
}

async function fixedValues(
  checkpoint: DecoderCheckpoint,
  edited: EditedTensor | undefined,
  stored: StoredTensor,
): Promise<Float32Array> {
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

/** One product in float32 an entry, as the graph has it. */
function scaleEntries(values: Float32Array, { rows, entries, values: ofRows }: ScaledRows): void {
  const columns = ofRows.length / rows.length;
  for (const { row, column, parameter } of entries) values[row * columns + column]! *= Math.fround(parameter.initial);
}

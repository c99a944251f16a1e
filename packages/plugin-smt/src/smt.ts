/** Puts blocks that were trained by sparse matrix tuning (He et al., arXiv 2405.15525) into a model. */
import { type EditableWeight, type Intervention, readTrainedOrigin, remarkOnOrigin } from '@linchpin/plugin-api';
import { tensorDiffers } from './errors.ts';
import { openTuned, readRecord } from './smt-files.ts';

/**
 * Trained blocks in their places; nothing else of the model changes, and nothing is added to it. The folder's files are
 * hashed now, and read when the model is edited.
 */
export function smt(path: string): Intervention {
  const { record, sha256 } = readRecord(path);
  const origin = readTrainedOrigin(path);
  return {
    name: 'smt',
    version: 1,
    settings: { path, sha256 },
    async edit(model) {
      await remarkOnOrigin(model, origin);
      const tuned = await openTuned(path, record);
      const weightOf = (name: string, shape: readonly number[]): EditableWeight => {
        const weight = model.weight(name);
        if (weight.shape.join() !== shape.join()) throw tensorDiffers(name, { found: shape, expected: weight.shape });
        return weight;
      };
      for (const [name, shape] of Object.entries(record.moved)) {
        const weight = weightOf(name, shape);
        const values = await tuned.moved(name);
        weight.map((current) => current.set(values));
      }
      for (const [name, shape] of Object.entries(record.matrices))
        weightOf(name, shape).map((values) => tuned.putBlocks(name, values));
    },
  };
}

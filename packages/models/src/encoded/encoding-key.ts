import { createHash } from 'node:crypto';
import type { ModelEdits } from '../edit/model-editor.ts';

/** Raised whenever the same key would stand for other files. */
export const encodedFormat = 1;

/** Names what encoded weights depend on: the checkpoint, the chain that edits them, and how they are encoded. */
export function encodingKey(checkpointHash: string, edits: Pick<ModelEdits, 'encodedChain' | 'products'>): string {
  const facts = {
    format: encodedFormat,
    checkpoint: checkpointHash,
    interventions: edits.encodedChain.map(({ name, version, settings }) => ({ name, version, settings })),
    products: [...edits.products].map(([module, { execution }]) => [module, execution.name, execution.encoding]),
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

import { createHash } from 'node:crypto';
import type { AppliedIntervention } from '@linchpin/plugin-api';
import type { ModelEdits } from '../edit/model-editor.ts';

/** Raised whenever the same key would stand for other files. */
export const encodedFormat = 1;

/**
 * Names what encoded weights depend on: the checkpoint, the chain that edits them, and how they are encoded. So one
 * encoding serves all settings of an intervention that make the same weights.
 */
export function encodingKey(checkpointHash: string, edits: Pick<ModelEdits, 'encodedChain' | 'products'>): string {
  return hashOf({
    format: encodedFormat,
    checkpoint: checkpointHash,
    interventions: edits.encodedChain.map(identityOf),
    products: [...edits.products].map(([module, { execution }]) => [module, execution.name, execution.encoding]),
  });
}

/** Names what edited copies depend on: the checkpoint, and the chain that edits it. */
export function editedKey(checkpointHash: string, interventions: readonly AppliedIntervention[]): string {
  return hashOf({ checkpoint: checkpointHash, interventions: interventions.map(identityOf) });
}

/** Raised whenever the same file would become other weights. */
const conversion = 1;

/** Names what converted weights depend on: the file that they come from. */
export function convertedKey(sourceHash: string): string {
  return hashOf({ format: encodedFormat, conversion, source: sourceHash });
}

function identityOf({ name, version, settings }: AppliedIntervention): AppliedIntervention {
  return { name, version, settings };
}

function hashOf(facts: object): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

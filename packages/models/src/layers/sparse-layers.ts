/** Which layers of a Qwen mixture have experts; the others have an ordinary MLP. */
import { z } from 'zod';
import { positiveInteger, readFields } from '../config-fields.ts';
import type { JsonObject } from '../read-json.ts';

export interface SparseLayers {
  /** Every so many layers, the last of each so many. */
  readonly sparseStep: number;
  readonly denseLayers: readonly number[];
}

const schema = z.object({
  decoder_sparse_step: positiveInteger.nullish(),
  mlp_only_layers: z.array(z.int().nonnegative(), 'a list of layers, or null').nullish(),
});

/** Every layer, where the config does not say. */
export function readSparseLayers(config: JsonObject, file: string): SparseLayers {
  const fields = readFields(schema, config, { file });
  return { sparseStep: fields.decoder_sparse_step ?? 1, denseLayers: fields.mlp_only_layers ?? [] };
}

export function hasExperts({ sparseStep, denseLayers }: SparseLayers, layer: number): boolean {
  return !denseLayers.includes(layer) && (layer + 1) % sparseStep === 0;
}

/**
 * Rotary settings of models whose windowed layers have others than their full ones. Older configs have `rope_theta` and
 * `rope_scaling` for the full layers and `rope_local_base_freq` for the windowed ones, newer ones an object for each kind
 * in `rope_parameters`. Reference: Gemma3TextConfig of transformers 5.23.0.
 */
import { z } from 'zod';
import { positiveNumber, readFields } from '../config-fields.ts';
import type { JsonObject } from '../read-json.ts';
import { readWholeHeadRope, type RopeContext, type RopeSettings } from '../rope-settings.ts';

export interface LayerKindRopes {
  readonly full: RopeSettings;
  readonly windowed: RopeSettings;
}

const object = z.record(z.string(), z.unknown(), 'an object, or null').nullish();

const schema = z.object({
  rope_parameters: z
    .strictObject(
      { full_attention: object, sliding_attention: object },
      'an object with full_attention and sliding_attention, or null',
    )
    .nullish(),
  rope_scaling: object,
  rope_theta: positiveNumber.nullish(),
  rope_local_base_freq: positiveNumber.nullish(),
});

/** Of the reference where a config is silent. */
const defaultThetas = { full: 1_000_000, windowed: 10_000 };

export function readLayerKindRopes(config: JsonObject, context: RopeContext): LayerKindRopes {
  const fields = readFields(schema, config, context);
  const { full_attention: full, sliding_attention: windowed } = fields.rope_parameters ?? {};
  const fullTheta = fields.rope_theta ?? defaultThetas.full;
  const windowedTheta = fields.rope_local_base_freq ?? defaultThetas.windowed;
  return {
    full: readWholeHeadRope({ rope_theta: fullTheta, rope_scaling: { ...full, ...fields.rope_scaling } }, context),
    windowed: readWholeHeadRope({ rope_theta: windowedTheta, rope_parameters: windowed }, context),
  };
}

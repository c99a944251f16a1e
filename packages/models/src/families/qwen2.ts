/**
 * Qwen1.5, Qwen2 and Qwen2.5 (arXiv 2407.10671): LLaMA with biases on queries, keys and values, and, where the config
 * switches it on, a window in the layers from `max_window_layers` on. Reference: Qwen2ForCausalLM of transformers 5.23.0.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import { z } from 'zod';
import { flag, positiveInteger, positiveNumber, readFields } from '../config-fields.ts';
import { type GatedDecoderConfig, readDecoderFields } from '../layers/decoder-fields.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import { type LayerWindows, readWindows, type WindowContext, windowOf } from '../layers/layer-windows.ts';
import { layeredFamily } from '../layers/layered-family.ts';
import { finalNorm, normsBefore } from '../layers/norms.ts';
import { rotaryAttention } from '../layers/rotary-attention.ts';
import type { JsonObject } from '../read-json.ts';
import { readWholeHeadRope, type RopeSettings } from '../rope-settings.ts';
import { rotaryFrequencies } from '../rope.ts';

export interface Qwen2Config extends GatedDecoderConfig {
  readonly normEpsilon: number;
  readonly rope: RopeSettings;
  readonly windows: LayerWindows;
}

const schema = z.object({
  num_key_value_heads: positiveInteger.nullable(),
  rms_norm_eps: positiveNumber,
});

export const qwen2: ModelFamily<Qwen2Config> = layeredFamily<Qwen2Config>({
  modelTypes: ['qwen2'],

  readConfig(config, file, stored) {
    const fields = readFields(schema, config, { file });
    const decoder = readDecoderFields(config, file, stored);
    return {
      ...decoder,
      normEpsilon: fields.rms_norm_eps,
      rope: readWholeHeadRope(config, { file, ...decoder }),
      windows: readQwenWindows(config, { file, ...decoder }),
    };
  },

  layer(config, index) {
    const module = `model.layers.${index}`;
    return {
      module,
      attention: rotaryAttention(`${module}.self_attn`, {
        ...config,
        rotary: rotaryFrequencies(config.rope, config.headSize),
        biases: { queryKeyValue: true, output: false },
        scores: windowOf(config.windows, index),
      }),
      mlp: gatedMlp(`${module}.mlp`, config),
      norms: normsBefore(config, module),
    };
  },

  finalNorm,
});

const windowSchema = z.object({ use_sliding_window: flag.nullish() });

const switchedOnSchema = z.object({
  max_window_layers: z.int('a whole number').nonnegative('a whole number, not below 0'),
});

/** Whether a layer has a window, where windows are switched on and the config does not name the layers' kinds. */
export type QwenWindowRule = (layer: number, maxWindowLayers: number) => boolean;

/** No window unless it is switched on; then, in the dense models, one in every layer from `max_window_layers` on. */
export function readQwenWindows(
  config: JsonObject,
  context: WindowContext,
  isWindowed: QwenWindowRule = (layer, first) => layer >= first,
): LayerWindows {
  const isSwitchedOn = readFields(windowSchema, config, context).use_sliding_window ?? false;
  if (!isSwitchedOn || config['sliding_window'] === null)
    return Array.from({ length: context.layers }, () => undefined);
  if (config['layer_types']) return readWindows(config, context, () => false);
  const { max_window_layers: maxWindowLayers } = readFields(switchedOnSchema, config, context);
  return readWindows(config, context, (layer) => isWindowed(layer, maxWindowLayers));
}

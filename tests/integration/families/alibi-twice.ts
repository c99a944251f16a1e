/**
 * Falcon with ALiBi as its reference computes it where attention is eager, which is how golden/families was recorded:
 * FalconModel.forward of transformers 5.23.0 puts the biases into the mask, and eager FalconAttention adds them to the
 * scores once more. Its default attention (sdpa) adds them once, as the models were trained and as the family has it.
 */
import type { Decoder } from '@linchpin/models';
import type { AttentionOptions, DecoderBuilder, ModelFamily } from '@linchpin/plugin-api';

export function withAlibiTwice(decoder: Decoder): Decoder {
  const { family } = decoder;
  const build: ModelFamily['build'] = (config, parts) => family.build(config, addedTwice(parts));
  return { ...decoder, family: { ...family, build } };
}

function addedTwice(parts: DecoderBuilder): DecoderBuilder {
  const attention: DecoderBuilder['attention'] = parts.attention.bind(parts);
  const eager: DecoderBuilder['attention'] = (query, key, value, options) =>
    attention(query, key, value, doubled(options));
  return Object.assign(parts, { attention: eager });
}

function doubled({ keyBiases = [], ...options }: AttentionOptions): AttentionOptions {
  return { ...options, keyBiases: keyBiases.map((biases) => biases.map((bias) => 2 * bias)) };
}

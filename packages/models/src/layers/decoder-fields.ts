/** Fields of config.json that families with gated MLPs share, in the names that most of them have. */
import type { DecoderConfig } from '@linchpin/plugin-api';
import { z } from 'zod';
import { type AttentionHeads, checkHeadsAreEven, readHeads } from '../attention-heads.ts';
import { flag, positiveInteger, readFields } from '../config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from '../embedding-weights.ts';
import { type ActivationName, activationName } from './activation-functions.ts';
import type { JsonObject } from '../read-json.ts';

export interface GatedDecoderConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  readonly intermediateSize: number;
  /** Of the MLP's gate. */
  readonly activation: ActivationName;
}

const schema = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  intermediate_size: positiveInteger,
  num_hidden_layers: positiveInteger,
  num_attention_heads: positiveInteger,
  num_key_value_heads: positiveInteger.nullish(),
  head_dim: positiveInteger.nullish(),
  max_position_embeddings: positiveInteger,
  hidden_act: activationName,
  tie_word_embeddings: flag.nullish(),
});

/** The sizes and the activation; where a family demands more of these fields than LLaMA does, its own schema names them again. */
export function readDecoderFields(config: JsonObject, file: string, stored: ReadonlySet<string>): GatedDecoderConfig {
  const fields = readFields(schema, config, { file });
  const heads = readHeads(fields, file);
  checkHeadsAreEven(fields, heads, file);
  return {
    layers: fields.num_hidden_layers,
    hiddenSize: fields.hidden_size,
    vocabularySize: fields.vocab_size,
    contextLength: fields.max_position_embeddings,
    intermediateSize: fields.intermediate_size,
    activation: fields.hidden_act,
    ...heads,
    ...readEmbeddings(fields.tie_word_embeddings, stored),
  };
}

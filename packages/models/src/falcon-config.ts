/**
 * What config.json says of a Falcon, in the many forms that there are. Differs from FalconConfig of transformers 5.23.0 in
 * refusing a config that lacks a size, and combinations on which the model fails there.
 */
import type { DecoderConfig } from '@linchpin/plugin-api';
import { z } from 'zod';
import { type AttentionHeads, checkHeadsAreEven, readHeads } from './attention-heads.ts';
import { withoutAliases } from './config-aliases.ts';
import { flag, positiveInteger, positiveNumber, readFields } from './config-fields.ts';
import { type EmbeddingWeights, readEmbeddings } from './embedding-weights.ts';
import { type ActivationName, activationName } from './layers/activation-functions.ts';
import type { JsonObject } from './read-json.ts';
import { readWholeHeadRope, type RopeSettings } from './rope-settings.ts';
import { readPrefix } from './tensor-prefix.ts';

export interface FalconConfig extends DecoderConfig, AttentionHeads, EmbeddingWeights {
  /** What the names of all tensors but the output head's begin with. */
  readonly prefix: string;
  readonly innerSize: number;
  readonly normEpsilon: number;
  readonly activation: ActivationName;
  readonly bias: boolean;
  /** Whether the MLP looks at the layer's input, not at what attention makes of it. */
  readonly isParallel: boolean;
  /** The norms of a layer; one may serve both blocks. */
  readonly norms: { readonly attention: string; readonly mlp: string };
  /** ALiBi where absent. */
  readonly rope: RopeSettings | undefined;
}

const schema = z
  .object({
    vocab_size: positiveInteger,
    hidden_size: positiveInteger,
    num_hidden_layers: positiveInteger,
    num_attention_heads: positiveInteger,
    layer_norm_epsilon: positiveNumber,
    max_position_embeddings: positiveInteger.nullish(),
    ffn_hidden_size: positiveInteger.nullish(),
    num_kv_heads: positiveInteger.nullish(),
    num_ln_in_parallel_attn: z.literal([1, 2], '1 or 2').nullish(),
    activation: activationName.nullish(),
    alibi: flag.nullish(),
    bias: flag.nullish(),
    multi_query: flag.nullish(),
    new_decoder_architecture: flag.nullish(),
    parallel_attn: flag.nullish(),
    tie_word_embeddings: flag.nullish(),
  })
  .refine((fields) => !fields.new_decoder_architecture || (fields.parallel_attn ?? true), {
    path: ['parallel_attn'],
    error: 'true, where new_decoder_architecture is',
  })
  .refine((fields) => fields.num_ln_in_parallel_attn !== 2 || fields.new_decoder_architecture, {
    path: ['num_ln_in_parallel_attn'],
    error: '1, where new_decoder_architecture is not true',
  })
  .refine(
    ({ new_decoder_architecture: isNew, num_kv_heads: given, num_attention_heads: heads }) =>
      !isNew || heads % (given ?? heads) === 0,
    { path: ['num_kv_heads'], error: 'a divisor of num_attention_heads' },
  )
  .refine(
    ({ new_decoder_architecture: isNew, multi_query: isMultiQuery, num_kv_heads: given, num_attention_heads: heads }) =>
      isNew || (isMultiQuery ?? true) || (given ?? heads) === heads,
    {
      path: ['num_kv_heads'],
      error: 'num_attention_heads, where neither multi_query nor new_decoder_architecture is true',
    },
  );

type Fields = z.infer<typeof schema>;

/** That of the reference, and of all published models but one, which says so. */
const publishedContext = 2048;

export function readFalconConfig(config: JsonObject, file: string, stored: ReadonlySet<string>): FalconConfig {
  const fields = readFields(schema, withoutAliases(config, { n_embed: 'hidden_size' }, file), { file });
  const prefix = readPrefix(['transformer.', ''], stored);
  const contextLength = fields.max_position_embeddings ?? publishedContext;
  const heads = readFalconHeads(fields, file);
  if (!fields.alibi) checkHeadsAreEven(fields, heads, file);
  return {
    prefix,
    layers: fields.num_hidden_layers,
    hiddenSize: fields.hidden_size,
    vocabularySize: fields.vocab_size,
    contextLength,
    innerSize: fields.ffn_hidden_size ?? 4 * fields.hidden_size,
    normEpsilon: fields.layer_norm_epsilon,
    activation: fields.activation ?? 'gelu',
    bias: fields.bias ?? false,
    isParallel: fields.parallel_attn ?? true,
    norms: readNorms(fields),
    rope: fields.alibi ? undefined : readWholeHeadRope(config, { file, contextLength, headSize: heads.headSize }),
    ...heads,
    ...readEmbeddings(fields.tie_word_embeddings ?? true, stored, { embedding: `${prefix}word_embeddings.weight` }),
  };
}

function readFalconHeads(fields: Fields, file: string): AttentionHeads {
  const isNew = fields.new_decoder_architecture ?? false;
  const shared = (fields.multi_query ?? true) ? 1 : fields.num_attention_heads;
  return readHeads({ ...fields, num_key_value_heads: isNew ? fields.num_kv_heads : shared }, file);
}

function readNorms({
  new_decoder_architecture: isNew,
  num_ln_in_parallel_attn: count,
  parallel_attn: parallel,
}: Fields): FalconConfig['norms'] {
  if (isNew && (count ?? 2) === 2) return { attention: 'ln_attn', mlp: 'ln_mlp' };
  const mlp = (parallel ?? true) ? 'input_layernorm' : 'post_attention_layernorm';
  return { attention: 'input_layernorm', mlp };
}

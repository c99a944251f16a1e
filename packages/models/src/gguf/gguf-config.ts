/** The config.json that a GGUF file was made from, as far as its metadata and the shapes of its tensors tell it. */
import type { JsonObject } from '../read-json.ts';
import { ggufField } from './errors.ts';
import type { Metadata } from './metadata.ts';
import { type NamedArchitecture, readArchitecture } from './read-architecture.ts';

/** `ropeFactors` is `rope_scaling` where the file has it as a tensor. */
export function readGgufConfig(metadata: Metadata, ropeFactors: JsonObject | undefined): JsonObject {
  const architecture = readArchitecture(metadata);
  const { modelType, fixed, isGpt2 } = architecture;
  return {
    model_type: modelType,
    ...fixed,
    ...(isGpt2 ? gpt2Fields(metadata, architecture) : decoderFields(metadata, architecture, ropeFactors)),
    vocab_size: rowsOf(metadata, 'token_embd.weight'),
    tie_word_embeddings: !metadata.tensors.has('output.weight'),
    ...idField(metadata, 'bos'),
    ...idField(metadata, 'eos'),
  };
}

function idField(metadata: Metadata, name: 'bos' | 'eos'): JsonObject {
  const id = metadata.number(`tokenizer.ggml.${name}_token_id`);
  return id === undefined ? {} : { [`${name}_token_id`]: id };
}

function gpt2Fields(metadata: Metadata, { name }: NamedArchitecture): JsonObject {
  return {
    n_embd: positive(metadata, `${name}.embedding_length`),
    n_layer: layerCount(metadata, name),
    n_head: positive(metadata, `${name}.attention.head_count`),
    n_positions: positive(metadata, `${name}.context_length`),
    n_inner: metadata.number(`${name}.feed_forward_length`) ?? null,
    layer_norm_epsilon: needed(metadata, `${name}.attention.layer_norm_epsilon`),
  };
}

function decoderFields(
  metadata: Metadata,
  architecture: NamedArchitecture,
  ropeFactors: JsonObject | undefined,
): JsonObject {
  const { name, further = {} } = architecture;
  const hidden = positive(metadata, `${name}.embedding_length`);
  const layers = layerCount(metadata, name);
  const heads = positive(metadata, `${name}.attention.head_count`);
  const headSize = headSizeOf(metadata, name, hidden / heads);
  const theta = metadata.number(`${name}.rope.freq_base`);
  const scaling = ropeFactors ?? readRopeScaling(metadata, name);
  return {
    hidden_size: hidden,
    num_hidden_layers: layers,
    intermediate_size: positive(metadata, `${name}.feed_forward_length`),
    num_attention_heads: heads,
    num_key_value_heads: metadata.number(`${name}.attention.head_count_kv`) ?? heads,
    head_dim: headSize,
    max_position_embeddings: positive(metadata, `${name}.context_length`),
    rms_norm_eps: needed(metadata, `${name}.attention.layer_norm_rms_epsilon`),
    ...(theta === undefined ? {} : { rope_theta: theta }),
    ...partialRotary(metadata, architecture, headSize),
    ...(scaling === undefined ? {} : { rope_scaling: scaling }),
    ...biases(metadata, architecture),
    ...Object.fromEntries(
      Object.entries(further).map(([field, key]) => [field, metadata.number(`${name}.${key}`) ?? null]),
    ),
    ...scoreScale(architecture, { layers, headSize, width: hidden / heads }),
  };
}

/** A number without which the model is not known. */
function needed(metadata: Metadata, key: string): number {
  const value = metadata.number(key);
  if (value !== undefined) return value;
  throw metadata.invalid(key, 'a number');
}

/** A size or a count. */
function positive(metadata: Metadata, key: string): number {
  const value = needed(metadata, key);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw metadata.invalid(key, 'a whole number above 0');
}

/** Bounded by the tensors: families make a list of the layers before they compare it with what is there. */
function layerCount(metadata: Metadata, name: string): number {
  const layers = positive(metadata, `${name}.block_count`);
  if (layers <= metadata.tensors.size) return layers;
  throw metadata.invalid(`${name}.block_count`, `at most ${metadata.tensors.size}, the number of tensors`);
}

function headSizeOf(metadata: Metadata, name: string, usual: number): number {
  const keys = metadata.number(`${name}.attention.key_length`) ?? usual;
  const values = metadata.number(`${name}.attention.value_length`) ?? keys;
  if (values !== keys) throw metadata.invalid(`${name}.attention.value_length`, `${keys}, the size of keys`);
  return keys;
}

function partialRotary(metadata: Metadata, { name, modelType }: NamedArchitecture, headSize: number): JsonObject {
  const channels = metadata.number(`${name}.rope.dimension_count`) ?? headSize;
  if (channels === headSize) return {};
  if (modelType === 'phi3') return { partial_rotary_factor: channels / headSize };
  throw metadata.invalid(`${name}.rope.dimension_count`, `${headSize}, the size of a head`);
}

function readRopeScaling(metadata: Metadata, name: string): JsonObject | undefined {
  const key = `${name}.rope.scaling`;
  const type = metadata.text(`${key}.type`) ?? 'none';
  const length = metadata.number(`${key}.original_context_length`);
  switch (type) {
    case 'none':
      return undefined;
    case 'linear':
      return { rope_type: 'linear', factor: needed(metadata, `${key}.factor`) };
    case 'yarn':
      return {
        rope_type: 'yarn',
        factor: needed(metadata, `${key}.factor`),
        ...(length === undefined ? {} : { original_max_position_embeddings: length }),
      };
    default:
      throw metadata.invalid(`${key}.type`, '"none", "linear" or "yarn"');
  }
}

/** LLaMA with biases, and its relatives: one bias asks for all of its kind. */
function biases(metadata: Metadata, { modelType }: NamedArchitecture): JsonObject {
  if (modelType === 'qwen2' || modelType === 'phi3') return {};
  return {
    attention_bias: hasBias(metadata, /^blk\.\d+\.attn_(?:q|k|v|output)\.bias$/),
    mlp_bias: hasBias(metadata, /^blk\.\d+\.ffn_(?:gate|up|down)\.bias$/),
  };
}

function hasBias({ tensors }: Metadata, name: RegExp): boolean {
  return tensors.keys().some((each) => name.test(each));
}

/** The rule by which llama.cpp tells the one release from the others, for the metadata do not say it. */
function scoreScale(
  { layersScaledByWidth }: NamedArchitecture,
  { layers, headSize, width }: { readonly layers: number; readonly headSize: number; readonly width: number },
): JsonObject {
  if (layersScaledByWidth === undefined) return {};
  return { query_pre_attn_scalar: layers === layersScaledByWidth ? width : headSize };
}

function rowsOf(metadata: Metadata, tensor: string): number {
  const [rows] = metadata.tensors.get(tensor)?.shape ?? [];
  if (rows === undefined)
    throw ggufField(metadata.file, tensor, { found: undefined, expected: 'the embedding of the tokens' });
  return rows;
}

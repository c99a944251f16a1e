/**
 * Rotary position embedding as config.json describes it, in every spelling that transformers 5.23.0 reads
 * (RotaryEmbeddingConfigMixin in modeling_rope_utils.py): `rope_theta` and `rope_scaling` with `type` or `rope_type`,
 * or all of it in `rope_parameters`. Unlike there, an unknown type or a type without its fields is an error.
 */
import { z } from 'zod';
import { flag, positiveInteger, positiveNumber, readFields } from './config-fields.ts';
import { configField } from './errors.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';

export interface RopeSettings {
  /** Base of the wavelengths. */
  readonly theta: number;
  /** Share of each head's channels that is rotated. */
  readonly partialRotaryFactor: number;
  readonly scaling: RopeScaling;
}

/** How the frequencies are changed for contexts longer than those of the pretraining. */
export type RopeScaling = DefaultRope | LinearRope | Llama3Rope | YarnRope | LongRope;

export interface DefaultRope {
  readonly type: 'default';
}

export interface LinearRope {
  readonly type: 'linear';
  readonly factor: number;
}

export interface Llama3Rope {
  readonly type: 'llama3';
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalContextLength: number;
}

export interface YarnRope {
  readonly type: 'yarn';
  readonly factor: number;
  readonly originalContextLength: number;
  readonly betaFast: number;
  readonly betaSlow: number;
  readonly truncate: boolean;
  readonly attentionFactor: number | undefined;
  readonly mscale: number | undefined;
  readonly mscaleAllDim: number | undefined;
}

/** Factors of every pair's wavelength, one list for sequences within the original context and one for longer ones. */
export interface LongRope {
  readonly type: 'longrope';
  readonly shortFactors: readonly number[];
  readonly longFactors: readonly number[];
  readonly originalContextLength: number;
  /** On cosines and sines, whatever the sequence's length. */
  readonly attentionFactor: number;
}

export interface RopeContext {
  /** Path of config.json, for errors. */
  readonly file: string;
  readonly contextLength: number;
  /** Channels of a head. */
  readonly headSize: number;
}

/** Of the models from before the field existed, and of transformers. */
const defaultTheta = 10_000;

const object = z.record(z.string(), z.unknown(), 'an object, or null').nullish();
const factor = positiveNumber;

const placesSchema = z.object({
  rope_scaling: object,
  rope_parameters: object,
  rope_theta: positiveNumber.nullish(),
  partial_rotary_factor: positiveNumber.nullish(),
  original_max_position_embeddings: positiveInteger.nullish(),
});

const sharedSchema = z.object({
  rope_theta: positiveNumber.nullish(),
  partial_rotary_factor: positiveNumber.nullish(),
});

const linearSchema = z.object({ factor });

const llama3Schema = z
  .object({
    factor,
    low_freq_factor: positiveNumber,
    high_freq_factor: positiveNumber,
    original_max_position_embeddings: positiveInteger,
  })
  .refine((fields) => fields.high_freq_factor > fields.low_freq_factor, {
    path: ['high_freq_factor'],
    error: 'a number above low_freq_factor',
  });

const yarnSchema = z.object({
  factor: factor.nullable(),
  original_max_position_embeddings: positiveInteger.nullish(),
  attention_factor: positiveNumber.nullish(),
  beta_fast: z.number('a number').nullish(),
  beta_slow: z.number('a number').nullish(),
  mscale: z.number('a number').nullish(),
  mscale_all_dim: z.number('a number').nullish(),
  truncate: flag.nullish(),
});

const factors = z.array(positiveNumber, 'a list of numbers above 0').readonly();

const longSchema = z.object({
  short_factor: factors,
  long_factor: factors,
  original_max_position_embeddings: positiveInteger,
  factor: factor.nullish(),
  attention_factor: positiveNumber.nullish(),
});

/** Reads the rotary settings of a config. */
export function readRopeSettings(config: JsonObject, context: RopeContext): RopeSettings {
  const places = readFields(placesSchema, config, context);
  const parent = isUsed(places.rope_scaling) ? 'rope_scaling' : 'rope_parameters';
  const fields = places[parent] ?? {};
  const shared = readFields(sharedSchema, fields, { ...context, parent });
  const partialRotaryFactor = shared.partial_rotary_factor ?? places.partial_rotary_factor ?? 1;
  const channels = rotatedChannels(context.headSize, partialRotaryFactor);
  if (channels % 2 !== 0 || partialRotaryFactor > 1) throw unpaired(partialRotaryFactor, context);
  const scaling = readScaling(fields, {
    ...context,
    parent,
    channels,
    outerLength: places.original_max_position_embeddings ?? undefined,
  });
  return { theta: shared.rope_theta ?? places.rope_theta ?? defaultTheta, partialRotaryFactor, scaling };
}

/** Channels of a head that are rotated. */
export function rotatedChannels(headSize: number, partialRotaryFactor: number): number {
  return Math.floor(headSize * partialRotaryFactor);
}

function unpaired(found: number, { file, headSize }: RopeContext): Error {
  const expected = `a share of up to 1 that is an even number of a head's ${headSize} channels`;
  return configField({ file, field: 'partial_rotary_factor', found, expected });
}

/** The same for an architecture that cannot rotate a part of each head. */
export function readWholeHeadRope(config: JsonObject, context: RopeContext): RopeSettings {
  const rope = readRopeSettings(config, context);
  if (rope.partialRotaryFactor === 1) return rope;
  const expected = '1: this architecture rotates whole heads';
  throw configField({ file: context.file, field: 'partial_rotary_factor', found: rope.partialRotaryFactor, expected });
}

function isUsed(place: JsonObject | null | undefined): boolean {
  return isJsonObject(place) && Object.keys(place).length > 0;
}

interface ScalingContext extends RopeContext {
  readonly parent: string;
  /** Channels of a head that are rotated. */
  readonly channels: number;
  /** `original_max_position_embeddings` of the config itself, which goes before that of the object. */
  readonly outerLength: number | undefined;
}

function readScaling(given: JsonObject, context: ScalingContext): RopeScaling {
  const { file, parent, outerLength } = context;
  const type = ropeType(given);
  const fields = outerLength === undefined ? given : { ...given, original_max_position_embeddings: outerLength };
  switch (type) {
    case 'default':
      return { type };
    case 'linear':
      return { type, ...readFields(linearSchema, fields, context) };
    case 'llama3':
      return readLlama3(fields, context);
    case 'yarn':
      // So Phi-3's first checkpoints call what has become longrope.
      return 'long_factor' in fields ? readLong(fields, context) : readYarn(fields, context);
    case 'longrope':
    case 'su':
      return readLong(fields, context);
    default:
      throw configField({
        file,
        field: `${parent}.rope_type`,
        found: type,
        expected: '"default", "linear", "llama3", "yarn" or "longrope"',
      });
  }
}

/** `rope_type`, before that `type`. An object that only holds what every type may have needs neither. */
function ropeType(fields: JsonObject): unknown {
  const isPlain = Object.keys(fields).every((name) => name in sharedSchema.shape);
  return fields['rope_type'] ?? fields['type'] ?? (isPlain ? 'default' : undefined);
}

function readLlama3(fields: JsonObject, context: ScalingContext): Llama3Rope {
  const read = readFields(llama3Schema, fields, context);
  return {
    type: 'llama3',
    factor: read.factor,
    lowFrequencyFactor: read.low_freq_factor,
    highFrequencyFactor: read.high_freq_factor,
    originalContextLength: read.original_max_position_embeddings,
  };
}

function readYarn(fields: JsonObject, context: ScalingContext): YarnRope {
  const read = readFields(yarnSchema, fields, context);
  const originalContextLength = read.original_max_position_embeddings ?? context.contextLength;
  return {
    type: 'yarn',
    factor: read.factor ?? context.contextLength / originalContextLength,
    originalContextLength,
    // Zero means the default too, as `or` has it in the reference.
    betaFast: read.beta_fast || 32,
    betaSlow: read.beta_slow || 1,
    truncate: read.truncate ?? true,
    attentionFactor: read.attention_factor ?? undefined,
    mscale: read.mscale ?? undefined,
    mscaleAllDim: read.mscale_all_dim ?? undefined,
  };
}

function readLong(fields: JsonObject, context: ScalingContext): LongRope {
  const read = readFields(longSchema, fields, context);
  const { file, parent, channels, contextLength } = context;
  for (const field of ['short_factor', 'long_factor'] as const) {
    if (2 * read[field].length === channels) continue;
    const expected = `${channels / 2} numbers, one a pair of the ${channels} rotated channels`;
    throw configField({ file, field: `${parent}.${field}`, found: read[field], expected });
  }
  const { original_max_position_embeddings: originalContextLength } = read;
  const stretch = read.factor ?? contextLength / originalContextLength;
  const magnitude = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(originalContextLength));
  return {
    type: 'longrope',
    shortFactors: read.short_factor,
    longFactors: read.long_factor,
    originalContextLength,
    attentionFactor: read.attention_factor ?? magnitude,
  };
}

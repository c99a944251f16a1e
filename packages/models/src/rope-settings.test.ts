import { describe, expect, it } from 'vitest';
import { readRopeSettings } from './rope-settings.ts';

const read = (config: Record<string, unknown>) =>
  readRopeSettings(config, { file: 'config.json', contextLength: 128, headSize: 8 });
const llama3 = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };
const readLlama3 = {
  type: 'llama3',
  factor: 8,
  lowFrequencyFactor: 1,
  highFrequencyFactor: 4,
  originalContextLength: 64,
};
const long = { type: 'longrope', short_factor: [1, 1.5, 2, 2.5], long_factor: [2, 3, 4, 5] };
const readLong = {
  type: 'longrope',
  shortFactors: [1, 1.5, 2, 2.5],
  longFactors: [2, 3, 4, 5],
  originalContextLength: 32,
  attentionFactor: Math.sqrt(1 + Math.log(4) / Math.log(32)),
};
const yarnDefaults = {
  type: 'yarn',
  factor: 4,
  originalContextLength: 32,
  betaFast: 32,
  betaSlow: 1,
  truncate: true,
  attentionFactor: undefined,
  mscale: undefined,
  mscaleAllDim: undefined,
};

describe('readRopeSettings', () => {
  it.each([
    { config: {}, theta: 10_000, scaling: { type: 'default' } },
    { config: { rope_theta: 500_000, rope_scaling: null }, theta: 500_000, scaling: { type: 'default' } },
    { config: { rope_scaling: { type: 'linear', factor: 4 } }, theta: 10_000, scaling: { type: 'linear', factor: 4 } },
    {
      config: { rope_scaling: { rope_type: 'linear', type: 'yarn', factor: 4 } },
      theta: 10_000,
      scaling: { type: 'linear', factor: 4 },
    },
    { config: { rope_theta: 7, rope_scaling: { ...llama3, rope_type: 'llama3' } }, theta: 7, scaling: readLlama3 },
    { config: { rope_parameters: { ...llama3, rope_type: 'llama3', rope_theta: 8 } }, theta: 8, scaling: readLlama3 },
    { config: { rope_parameters: { rope_theta: 8, rope_type: 'default' } }, theta: 8, scaling: { type: 'default' } },
    { config: { rope_parameters: { rope_theta: 8 } }, theta: 8, scaling: { type: 'default' } },
    {
      config: { rope_theta: 7, rope_parameters: { rope_theta: 8, rope_type: 'default' } },
      theta: 8,
      scaling: { type: 'default' },
    },
    {
      config: { rope_scaling: {}, rope_parameters: { type: 'linear', factor: 2 } },
      theta: 10_000,
      scaling: { type: 'linear', factor: 2 },
    },
    {
      config: { rope_scaling: { type: 'linear', factor: 4 }, rope_parameters: { type: 'linear', factor: 2 } },
      theta: 10_000,
      scaling: { type: 'linear', factor: 4 },
    },
    {
      config: { rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32 } },
      theta: 10_000,
      scaling: yarnDefaults,
    },
    {
      config: {
        rope_scaling: {
          type: 'yarn',
          factor: null,
          original_max_position_embeddings: 32,
          beta_fast: 0,
          truncate: false,
        },
      },
      theta: 10_000,
      scaling: { ...yarnDefaults, truncate: false },
    },
    {
      config: {
        rope_scaling: {
          type: 'yarn',
          factor: 4,
          attention_factor: 1.5,
          beta_fast: 16,
          beta_slow: 2,
          mscale: 1,
          mscale_all_dim: 0.5,
        },
      },
      theta: 10_000,
      scaling: {
        ...yarnDefaults,
        originalContextLength: 128,
        attentionFactor: 1.5,
        betaFast: 16,
        betaSlow: 2,
        mscale: 1,
        mscaleAllDim: 0.5,
      },
    },
    {
      config: { rope_scaling: { ...long, original_max_position_embeddings: 32 } },
      theta: 10_000,
      scaling: readLong,
    },
    {
      config: {
        original_max_position_embeddings: 32,
        rope_scaling: { ...long, type: 'su', original_max_position_embeddings: 64 },
      },
      theta: 10_000,
      scaling: readLong,
    },
    {
      config: { original_max_position_embeddings: 128, rope_scaling: { ...long, rope_type: 'longrope' } },
      theta: 10_000,
      scaling: { ...readLong, originalContextLength: 128, attentionFactor: 1 },
    },
    {
      config: { original_max_position_embeddings: 32, rope_scaling: { ...long, factor: 1, attention_factor: 1.25 } },
      theta: 10_000,
      scaling: { ...readLong, attentionFactor: 1.25 },
    },
  ])('reads $config', ({ config, theta, scaling }) => {
    expect(read(config)).toEqual({ theta, partialRotaryFactor: 1, scaling });
  });

  it.each([
    { config: { partial_rotary_factor: 0.25 } },
    { config: { rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.25 } } },
  ])('reads the rotated share of $config', ({ config }) => {
    expect(read(config).partialRotaryFactor).toBe(0.25);
  });

  it.each([
    { config: { rope_scaling: { rope_type: 'spiral' } }, field: 'rope_scaling.rope_type', code: 'invalid' },
    { config: { rope_parameters: { rope_type: 'spiral' } }, field: 'rope_parameters.rope_type', code: 'invalid' },
    { config: { rope_scaling: { factor: 4 } }, field: 'rope_scaling.rope_type', code: 'absent' },
    {
      config: { rope_parameters: { full_attention: { rope_type: 'default' } } },
      field: 'rope_parameters.rope_type',
      code: 'absent',
    },
    { config: { rope_scaling: { type: 'linear' } }, field: 'rope_scaling.factor', code: 'absent' },
    { config: { rope_scaling: { type: 'linear', factor: -1 } }, field: 'rope_scaling.factor', code: 'invalid' },
    { config: { rope_scaling: { type: 'linear', factor: '4' } }, field: 'rope_scaling.factor', code: 'invalid' },
    { config: { rope_scaling: { type: 'yarn' } }, field: 'rope_scaling.factor', code: 'absent' },
    { config: { rope_scaling: 4 }, field: 'rope_scaling', code: 'invalid' },
    { config: { rope_theta: 0 }, field: 'rope_theta', code: 'invalid' },
    { config: { rope_parameters: { rope_theta: '1e4' } }, field: 'rope_parameters.rope_theta', code: 'invalid' },
    {
      config: { rope_scaling: { ...llama3, type: 'llama3', high_freq_factor: 1 } },
      field: 'rope_scaling.high_freq_factor',
      code: 'invalid',
    },
    {
      config: { rope_scaling: { type: 'longrope', original_max_position_embeddings: 32 } },
      field: 'rope_scaling.short_factor',
      code: 'absent',
    },
    { config: { rope_scaling: long }, field: 'rope_scaling.original_max_position_embeddings', code: 'absent' },
    {
      config: { original_max_position_embeddings: 32, rope_scaling: { ...long, long_factor: [2, 3] } },
      field: 'rope_scaling.long_factor',
      code: 'invalid',
    },
    { config: { partial_rotary_factor: 0.4 }, field: 'partial_rotary_factor', code: 'invalid' },
    { config: { partial_rotary_factor: 1.25 }, field: 'partial_rotary_factor', code: 'invalid' },
    ...Object.keys(llama3).map((field) => ({
      config: { rope_scaling: { ...llama3, type: 'llama3', [field]: undefined } },
      field: `rope_scaling.${field}`,
      code: 'absent',
    })),
  ])('refuses $config: $field', ({ config, field, code }) => {
    expect(() => read(config)).toThrow(
      expect.objectContaining({
        code: `models/config-field-${code}`,
        problem: expect.objectContaining({ subject: `config.json: ${field}` }),
      }),
    );
  });
});

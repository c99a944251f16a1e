import type { EditableLinear, EditableModel, Intervention } from '@linchpin/plugin-api';
import { expectProblem, testIntervention, toyContextLength, toyModel, toyShape } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { quantize, type QuantizeOptions } from './quantize.ts';

const modules = ['layers.0.up', 'layers.0.down', 'layers.1.up', 'layers.1.down'];
const nothing: QuantizeOptions = {
  weights: 'none',
  activations: 'none',
  scheme: 'symmetric',
  levels: 127,
  outputProjection: true,
  attentionOperands: 'none',
  holdOut: 'none',
};
const plain: QuantizeOptions = { ...nothing, weights: 'per_tensor', activations: 'per_token' };

testIntervention({
  plugin,
  neutral: () => quantize(nothing),
  active: { preset: 'paper-printed', attentionOperands: 'none', weights: 'per_channel' },
  superWeights: [],
  allOptions: {
    preset: 'paper-ours',
    weights: 'per_channel',
    activations: 'per_tensor',
    scheme: 'asymmetric',
    weightScheme: 'symmetric',
    levels: 255,
    outputProjection: false,
    attentionOperands: 'qkv+probabilities',
    holdOut: 'down_proj',
    heldOut: ['layers.0.down:0:1'],
    smoothing: 0.5,
    execution: 'simulated',
  },
  usesSuperWeights: false,
  changes: [],
  executes: modules,
  isolates: true,
});

describe('quantize', () => {
  it.each([
    [{}, 'int8', false],
    [{ execution: 'simulated' }, 'int8-simulated', false],
    [{ activations: 'none' }, 'int8-simulated', false],
    [{ activations: 'per_tensor' }, 'int8', true],
    [{ holdOut: 'all' }, 'int8', true],
    [{ attentionOperands: 'qkv+probabilities' }, 'int8', false],
    [{ attentionOperands: 'qkv+probabilities', scheme: 'asymmetric' }, 'int8', true],
  ] as const)('%o is executed as %s, sequences by themselves: %s', async (options, name, isolates) => {
    const toy = toyModel();
    await quantize({ ...plain, ...options }).edit(toy.model);
    expect([...toy.executions.keys()]).toEqual(modules);
    expect(new Set([...toy.executions.values()].map((execution) => execution.name))).toEqual(new Set([name]));
    expect(toy.isolatesSequences()).toBe(isolates);
  });

  it('rewrites inputs where only they are quantized', async () => {
    const toy = toyModel();
    await quantize({ ...nothing, activations: 'per_token' }).edit(toy.model);
    expect([...toy.rewrites.keys()]).toEqual(modules.map((module) => `${module}.input`));
    expect(toy.executions.size).toBe(0);
  });

  it.each([{ weights: 'none' }, { activations: 'none' }, { levels: 65535 }] as const)(
    'has no integers for %o',
    (options) => {
      expectProblem('quantize/integers-unsupported', () => quantize({ ...plain, ...options, execution: 'integer' }));
    },
  );

  it.each([{ holdOut: 'all' }, { attentionOperands: 'qkv' }] as const)('needs activations for %o', (options) => {
    expectProblem('quantize/needs-activations', () => quantize({ ...nothing, ...options }));
    // A preset may have given it: leaving it out would change nothing.
    expect(() => quantize({ ...nothing, ...options })).toThrow(`give "${Object.keys(options)[0]}": "none"`);
  });

  it.each([
    { levels: 255 },
    { scheme: 'asymmetric', weightScheme: 'symmetric', levels: 255, activations: 'none' },
    { weightScheme: 'asymmetric', levels: 255, weights: 'none' },
    { levels: 65535 },
    { weights: 'none', weightScheme: 'symmetric' },
  ] as const)('refuses %o, of which something changes nothing', (options) => {
    expectProblem('quantize/without-effect', () => quantize({ ...plain, ...options }));
  });

  it.each([
    { levels: 32767 },
    { scheme: 'asymmetric', weightScheme: 'symmetric', levels: 255 },
    { weightScheme: 'asymmetric', levels: 65535 },
    { scheme: 'asymmetric', levels: 255, weights: 'none' },
  ] as const)('takes %o', (options) => {
    expect(quantize({ ...plain, ...options }).settings).toMatchObject(options);
  });

  it.each([
    ['layers.0.up', 0, 0, 'down_proj'],
    ['layers.9.down', 0, 0, 'all'],
    ['layers.0.down', 0, toyShape[1], 'all'],
    // No sequence has as many tokens.
    ['layers.0.down', toyContextLength, 0, 'all'],
  ] as const)('refuses to hold out %s:%i:%i of %s', async (module, token, channel, holdOut) => {
    const intervention = quantize({ ...plain, holdOut, heldOut: [{ module, token, channel }] });
    await expect(intervention.edit(toyModel().model)).rejects.toMatchObject({ code: 'quantize/coordinates-outside' });
  });

  it('holds out what the last token of the longest sequence has in its last channel', async () => {
    const last = { module: 'layers.0.down', token: toyContextLength - 1, channel: toyShape[1] - 1 };
    const toy = toyModel();
    await quantize({ ...plain, holdOut: 'all', heldOut: [last] }).edit(toy.model);
    expect([...toy.executions.keys()]).toEqual(modules);
  });

  it('refuses a matrix that is not finite', async () => {
    const toy = toyModel();
    await quantize(plain).edit(toy.model);
    const execution = toy.executions.get('layers.0.up')!;
    expectProblem('quantize/non-finite', () => execution.encode(new Float32Array(48).fill(Number.NaN), toyShape));
  });

  it('records the execution that it chooses', () => {
    expect(quantize(plain).settings).toMatchObject({ execution: 'integer', smoothing: null, heldOut: 'largest' });
    expect(quantize({ ...plain, weights: 'none' }).settings).toMatchObject({ execution: 'simulated' });
  });
});

describe('smoothing', () => {
  const smoothed = (maxima: ReadonlyMap<string, Float32Array>): Intervention =>
    quantize({ ...nothing, smoothing: { alpha: 0.5, inputMaxima: async () => maxima } });

  it('refuses a model without norms that feed products alone', async () => {
    await expect(smoothed(new Map()).edit(toyModel().model)).rejects.toMatchObject({
      code: 'quantize/nothing-to-smooth',
    });
  });

  it.each([
    ['missing-scales', new Map()],
    ['wrong-scales', new Map([['layers.0.up', Float32Array.of(1)]])],
    ['non-finite', new Map([['layers.0.up', new Float32Array(toyShape[1]).fill(Number.NaN)]])],
  ])('refuses %s', async (code, maxima) => {
    await expect(smoothed(maxima).edit(withNorms(toyModel().model))).rejects.toMatchObject({
      code: `quantize/${code}`,
    });
  });
});

describe('operands of attention that come out of one product', () => {
  const attention: QuantizeOptions = { ...nothing, activations: 'per_token', attentionOperands: 'qkv+probabilities' };

  it('are quantized each at its own site', async () => {
    const toy = toyModel();
    const operands = ['attn.query', 'attn.key', 'attn.value'] as const;
    await quantize(attention).edit(asFused(toy.model, { operands }));
    expect([...toy.rewrites.keys()].filter((site) => !site.endsWith('.input'))).toEqual([
      ...operands,
      'layers.0.attention_weights',
    ]);
  });

  it('are refused where they have no sites', async () => {
    await expect(quantize(attention).edit(asFused(toyModel().model, {}))).rejects.toMatchObject({
      code: 'quantize/fused-operands',
    });
  });
});

/** The toy as if the up matrix of its first layer gave queries, keys and values. */
function asFused(model: EditableModel, facts: Pick<EditableLinear, 'operands'>): EditableModel {
  return {
    ...model,
    linear: (module) => ({
      ...model.linear(module),
      ...(module === 'layers.0.up' ? { role: 'query-key-value', ...facts } : {}),
    }),
  };
}

/** The toy as if the down matrix of its first layer were the norm before the up matrix. */
function withNorms(model: EditableModel): EditableModel {
  return {
    ...model,
    linear: (module) => ({ ...model.linear(module), ...(module === 'layers.0.up' ? { norm: 'layers.0.down' } : {}) }),
  };
}

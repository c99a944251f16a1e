import { createContext } from '@linchpin/execution';
import type { ModelFacts } from '@linchpin/plugin-api';
import { plugin as amplify } from '@linchpin/plugin-amplify';
import { beforeEach, describe, expect, it } from 'vitest';
import { plugins } from '../src/generated/plugins.ts';
import { type ChainFacts, createChain, createIntervention } from '../src/interventions.ts';

const weights = [{ layer: 1, row: 2, column: 3 }];
const facts: Omit<ModelFacts, 'exactIntegers'> = {
  superWeights: () => weights,
  calibration: () => ({
    origin: 'a text',
    channelMaxima: async (sites) => new Map(sites.map((site) => [site, Float32Array.of(1)])),
  }),
};
const befores: string[][] = [];
const model: ChainFacts = {
  ...facts,
  after(interventions) {
    befores.push(interventions.map(({ name }) => name));
    return facts;
  },
};

const remarks: string[] = [];
beforeEach(() => {
  remarks.length = 0;
});

const context = createContext({
  reporter: {
    remark: (text) => void remarks.push(text),
    begin: () => ({ part: (_label, _total, work) => work(() => {}) }),
    meter: () => () => {},
    download() {},
  },
});
const parts = { plugins, context, exactIntegers: async () => true };
const inexact = { ...parts, exactIntegers: async () => false };

function refusal(code: string, ...says: readonly string[]): unknown {
  return expect.objectContaining({
    code,
    message: expect.stringMatching(says.map((text) => RegExp.escape(text)).join('.*')),
  });
}

describe('createIntervention', () => {
  it('makes a plugin of its name, with what is known of the model', async () => {
    expect(await createIntervention('prune-super-weight', model, parts)).toMatchObject({
      name: 'prune-super-weight',
      settings: { weights },
    });
  });

  it('takes settings as values', async () => {
    const specification = { name: 'prune-super-weight', settings: { weights: ['4:5:6'] } };
    const made = await createIntervention(specification, model, parts);
    expect(made.settings).toEqual({ weights: [{ layer: 4, row: 5, column: 6 }] });
  });

  it('takes an intervention as it is', async () => {
    const made = amplify.create({ factor: 2, weights: undefined }, { ...facts, exactIntegers: true });
    expect(await createIntervention(made, model, parts)).toBe(made);
  });

  it.each([
    [
      'prune-super-weights',
      {},
      'harness/unknown-intervention',
      ['"prune-super-weights"', 'one like prune-super-weight'],
    ],
    ['', {}, 'harness/unknown-intervention', ['""']],
    ['prune-outliers', [1], 'execution/invalid-options', ['expected object']],
    ['prune-outliers', { keep: [1] }, 'execution/invalid-options', ['keep.0: ', 'expected string']],
    ['prune-outliers', { share: 1 }, 'execution/invalid-options', ['share', 'fraction (']],
    ['prune-super-weight', { weights: ['1:2'] }, 'plugin-api/invalid-super-weight', ['"1:2"']],
  ])('refuses %j with %j', async (name, settings, code, says) => {
    await expect(createIntervention({ name, settings }, model, parts)).rejects.toThrow(refusal(code, ...says));
  });
});

describe('createIntervention of quantize', () => {
  it.each([
    [{}, parts, 'integer', 0],
    [{}, inexact, 'simulated', 1],
    [{ preset: 'paper-smoothquant' }, inexact, 'simulated', 1],
    // What was asked for stays, and is refused when the model is opened.
    [{ execution: 'integer' }, inexact, 'integer', 0],
    [{ execution: 'simulated' }, parts, 'simulated', 0],
    [{ execution: 'simulated' }, inexact, 'simulated', 0],
  ])(
    'with %j is executed as the processor allows, and says where it is not as usual',
    async (settings, here, execution, said) => {
      const made = await createIntervention({ name: 'quantize', settings }, model, here);
      expect(made.settings).toMatchObject({ execution });
      expect(remarks).toHaveLength(said);
    },
  );

  it('says nothing of the processor where there are no integers anyway', async () => {
    const floats = { name: 'quantize', settings: { activations: 'none', attentionOperands: 'none' } };
    for (const specification of [floats, 'quantize-weights']) await createIntervention(specification, model, inexact);
    expect(remarks).toEqual([]);
  });
});

describe('createChain', () => {
  it('keeps the order, in the label, too', async () => {
    const chain = await createChain(['restore-super-activation', 'prune-super-weight'], model, parts);
    expect(chain.label).toBe('restore-super-activation + prune-super-weight');
    expect(chain.interventions.map(({ name }) => name)).toEqual(['restore-super-activation', 'prune-super-weight']);
    expect((await createChain(['prune-super-weight'], model, { ...parts, label: 'Prune SW' })).label).toBe('Prune SW');
  });

  it('is empty where nothing is asked for', async () => {
    const uses = { superWeights: false, calibration: false };
    expect(await createChain([], model, parts)).toEqual({ label: 'Original', interventions: [], uses });
  });

  it('passes on that no super weights are known', async () => {
    const unknown = new Error('none are known');
    const ignorant: ChainFacts = {
      ...model,
      superWeights() {
        throw unknown;
      },
    };
    await expect(createChain(['prune-super-weight'], ignorant, parts)).rejects.toBe(unknown);
  });

  it('measures activation scales of the model as the interventions before leave it', async () => {
    befores.length = 0;
    const smoothed = { name: 'quantize', settings: { preset: 'paper-smoothquant' } };
    const chain = await createChain(['prune-super-weight', smoothed], model, parts);
    expect(befores).toEqual([['prune-super-weight']]);
    expect(chain.interventions[1]!.settings).toMatchObject({ smoothing: 0.85, calibration: 'a text' });
    expect(chain.uses).toEqual({ superWeights: true, calibration: true });
  });

  it('says what of the model nobody has asked for', async () => {
    const own = { name: 'prune-super-weight', settings: { weights: ['4:5:6'] } };
    expect((await createChain([own, 'quantize'], model, parts)).uses).toEqual({
      superWeights: false,
      calibration: false,
    });
  });
});

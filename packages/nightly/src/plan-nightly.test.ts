import type { LinchpinConfig } from '@linchpin/config';
import { isLinchpinError } from '@linchpin/errors';
import { expect, it } from 'vitest';
import { type NightlyOptions, type NightlyPlan, planNightly } from './plan-nightly.ts';

const plan = (config: LinchpinConfig, options: NightlyOptions = {}): NightlyPlan =>
  planNightly(options, { config, file: '/folder/linchpin.config.ts', folder: '/folder' });

it('is small where nothing is said', () => {
  expect(planNightly({}, undefined)).toMatchObject({
    matrix: {
      models: ['mini'],
      chains: [
        { label: 'Original', interventions: [] },
        { label: 'Prune SW', interventions: ['prune-super-weight'] },
      ],
      limit: 50,
      windows: 4,
    },
    out: 'results/nightly',
    compare: {},
  });
});

it('is what the settings say: all models and chains that have names where none are chosen', () => {
  const config: LinchpinConfig = {
    models: { small: 'mini', large: 'org/model' },
    interventions: { pruned: ['prune-super-weight', { name: 'quantize', settings: { preset: 'paper-naive' } }] },
    nightly: { tasks: ['piqa'], out: 'night' },
  };
  expect(plan(config)).toEqual({
    matrix: {
      models: ['mini', 'org/model'],
      chains: [
        { label: 'Original', interventions: [] },
        {
          label: 'pruned',
          interventions: ['prune-super-weight', { name: 'quantize', settings: { preset: 'paper-naive' } }],
        },
      ],
      tasks: ['piqa'],
      corpora: [],
    },
    out: '/folder/night',
    compare: {},
  });
  const chosen = { ...config, nightly: { models: ['small'], interventions: ['pruned'], corpora: ['c4'], windows: 2 } };
  const matrix = { models: ['mini'], chains: [{ label: 'pruned' }], tasks: [], windows: 2 };
  expect(plan(chosen)).toMatchObject({ matrix });
});

it('gives way to what is asked for', () => {
  const config: LinchpinConfig = {
    nightly: { models: ['a'], limit: 100, baseline: 'old.run', out: 'night', compare: { tolerance: 1e-5, alpha: 0.1 } },
  };
  const asked = { models: ['b'], limit: 5, baseline: 'new', out: 'there', compare: { tolerance: 1e-3 } };
  expect(plan(config, asked)).toMatchObject({
    matrix: { models: ['b'], limit: 5 },
    baseline: 'new',
    out: 'there',
    compare: { tolerance: 1e-3, alpha: 0.1 },
  });
});

it('refuses a chain that has no name', () => {
  try {
    plan({ interventions: { pruned: ['x'] }, nightly: { interventions: ['prune'] } });
    expect.unreachable();
  } catch (error) {
    expect(isLinchpinError(error) && error.code).toBe('nightly/unknown-chain');
  }
});

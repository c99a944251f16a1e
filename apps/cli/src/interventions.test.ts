import type { ModelFacts } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { createChain, createIntervention } from './interventions.ts';

const weights = [{ layer: 1, row: 2, column: 3 }];
const model: ModelFacts = {
  superWeights: () => weights,
  channelMaxima: async (sites) => new Map(sites.map((site) => [site, Float32Array.of(1)])),
};

function refusal(code: string, ...says: readonly string[]): unknown {
  return expect.objectContaining({
    code,
    message: expect.stringMatching(says.map((text) => RegExp.escape(text)).join('.*')),
  });
}

describe('createIntervention', () => {
  it('makes a plugin of its name, with what is known of the model', async () => {
    expect(await createIntervention('prune-super-weight', model)).toMatchObject({
      name: 'prune-super-weight',
      settings: { weights },
    });
  });

  it('reads everything behind the first colon as options', async () => {
    const made = await createIntervention('prune-super-weight:{"weights": ["4:5:6"]}', model);
    expect(made.settings).toEqual({ weights: [{ layer: 4, row: 5, column: 6 }] });
  });

  it.each([
    ['prune-super-weights', 'cli/unknown-intervention', ['"prune-super-weights"', 'one like prune-super-weight']],
    ['', 'cli/unknown-intervention', ['""']],
    ['prune-outliers:', 'cli/invalid-intervention-options', ['prune-outliers', 'not JSON']],
    ['prune-outliers:{', 'cli/invalid-intervention-options', ['{, which is not JSON']],
    ['prune-outliers:[1]', 'cli/invalid-intervention-options', ['expected object']],
    ['prune-outliers:{"keep": [1]}', 'cli/invalid-intervention-options', ['keep.0: ', 'expected string']],
    ['prune-outliers:{"share": 1}', 'cli/invalid-intervention-options', ['share', 'fraction (']],
    ['prune-super-weight:{"weights": ["1:2"]}', 'plugin-api/invalid-super-weight', ['"1:2"']],
  ])('refuses %j', async (specification, code, says) => {
    await expect(createIntervention(specification, model)).rejects.toThrow(refusal(code, ...says));
  });
});

describe('createChain', () => {
  it('keeps the order, in the label, too', async () => {
    const chain = await createChain({ intervention: ['restore-super-activation', 'prune-super-weight'] }, model);
    expect(chain.label).toBe('restore-super-activation + prune-super-weight');
    expect(chain.interventions.map(({ name }) => name)).toEqual(['restore-super-activation', 'prune-super-weight']);
  });

  it('is empty where nothing is asked for', async () => {
    expect(await createChain({}, model)).toEqual({ label: 'Original', interventions: [] });
  });

  it('passes on that no super weights are known', async () => {
    const unknown = new Error('none are known');
    const facts: ModelFacts = {
      ...model,
      superWeights() {
        throw unknown;
      },
    };
    await expect(createChain({ intervention: ['prune-super-weight'] }, facts)).rejects.toBe(unknown);
  });

  it('refuses super weights that no intervention asks for', async () => {
    const own = 'prune-super-weight:{"weights": ["4:5:6"]}';
    for (const intervention of [[], [own]]) {
      await expect(createChain({ intervention, superWeight: ['1:2:3'] }, model)).rejects.toThrow(
        refusal('cli/super-weight-unused', '1:2:3'),
      );
    }
    const used = await createChain({ intervention: [own, 'prune-super-weight'], superWeight: ['1:2:3'] }, model);
    expect(used.interventions).toHaveLength(2);
  });
});

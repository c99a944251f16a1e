import { describe, expect, it, vi } from 'vitest';
import { type ChainFacts, createChain, createIntervention, type InterventionFacts } from './interventions.ts';

const weights = [{ layer: 1, row: 2, column: 3 }];
const facts: InterventionFacts = {
  refusesIntegers: async () => false,
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

describe('createIntervention of quantize', () => {
  it.each([
    ['', false, 'integer'],
    ['', true, 'simulated'],
    [':{"preset": "paper-smoothquant"}', true, 'simulated'],
    // What was asked for stays, and is refused when the model is opened.
    [':{"execution": "integer"}', true, 'integer'],
    [':{"execution": "simulated"}', false, 'simulated'],
  ])('quantize%s, where integers are refused: %s, is executed as %s', async (options, refused, execution) => {
    const here = { ...model, refusesIntegers: async () => refused };
    const { settings } = await createIntervention(`quantize${options}`, here);
    expect(settings).toMatchObject({ execution });
    const chain = await createChain({ intervention: [`quantize${options}`] }, here);
    expect(chain.interventions[0]!.settings).toEqual(settings);
  });

  it('does not ask the processor where there are no integers anyway', async () => {
    const refusesIntegers = vi.fn<() => Promise<boolean>>(async () => true);
    for (const name of ['quantize:{"activations": "none", "attentionOperands": "none"}', 'quantize-weights'])
      await createIntervention(name, { ...model, refusesIntegers });
    expect(refusesIntegers).not.toHaveBeenCalled();
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
    const ignorant: ChainFacts = {
      ...model,
      superWeights() {
        throw unknown;
      },
    };
    await expect(createChain({ intervention: ['prune-super-weight'] }, ignorant)).rejects.toBe(unknown);
  });

  it('measures activation scales of the model as the interventions before leave it', async () => {
    befores.length = 0;
    const smoothed = 'quantize:{"preset": "paper-smoothquant"}';
    const chain = await createChain(
      { intervention: ['prune-super-weight', smoothed], calibration: 'self-generated' },
      model,
    );
    expect(befores).toEqual([['prune-super-weight']]);
    expect(chain.interventions[1]!.settings).toMatchObject({ smoothing: 0.85, calibration: 'a text' });
  });

  it.each([
    { calibration: 'self-generated' },
    { calibrationSamples: 1 },
    { calibrationTokens: 1 },
    { saveCalibration: 'a' },
  ])('refuses %j where nothing asks for activation scales', async (flags) => {
    const [name] = Object.keys(flags);
    for (const intervention of [[], ['quantize']]) {
      await expect(createChain({ intervention, ...flags }, model)).rejects.toThrow(
        refusal('cli/calibration-unused', `--${name!.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`),
      );
    }
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

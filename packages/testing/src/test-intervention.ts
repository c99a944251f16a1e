/** The laws that every intervention plugin keeps; each plugin's test calls this once. */
import { isLinchpinError } from '@linchpin/errors';
import type { Intervention, InterventionPlugin, Json, ModelFacts, SuperWeight } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { laidEdits, widthOf } from './lay-toy-edits.ts';
import { toyModel } from './toy-model.ts';

export interface InterventionCase {
  readonly plugin: InterventionPlugin;
  /** The factory itself with settings that change nothing; absent where every setting changes something. */
  readonly neutral?: () => Intervention;
  /** Options as a user gives them, that do change the toy model. */
  readonly active: Json;
  /** Super weights that the toy model is said to have. */
  readonly superWeights: readonly SuperWeight[];
  /** Every option that the plugin takes, each with a value that it accepts. */
  readonly allOptions: Readonly<Record<string, Json>>;
  /** Whether the model's own super weights stand in for options that are not given. */
  readonly usesSuperWeights: boolean;
  /** Options that have to be given even so. */
  readonly required?: Json;
  /** Names of the toy's tensors that `active` changes. */
  readonly changes: readonly string[];
  /** Sites that `active` rewrites, when it comes after `before`. */
  readonly rewrites?: readonly string[];
  /** Modules whose products `active` executes otherwise. */
  readonly executes?: readonly string[];
  /** Sites that `active` reads. */
  readonly reads?: readonly string[];
  /** Run-time numbers that `active` makes. */
  readonly parameters?: readonly string[];
  /** Whether `active` needs every request in a row of its own. */
  readonly isolates?: boolean;
  /** Interventions that have to come first for `active` to do something. */
  readonly before?: readonly Intervention[];
}

export function testIntervention(test: InterventionCase): void {
  const facts = toyFacts(() => test.superWeights);
  const { neutral } = test;
  const active = async (): Promise<Intervention> => test.plugin.create(await accepted(test.plugin, test.active), facts);

  describe(`${test.plugin.name} keeps the laws of interventions`, () => {
    it('has a name, a version and settings that survive JSON', async () => {
      for (const intervention of [...(neutral === undefined ? [] : [neutral()]), await active()]) {
        expect(intervention.name).toBe(test.plugin.name);
        expect(intervention.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(Number.isInteger(intervention.version) && intervention.version >= 1).toBe(true);
        expect(JSON.parse(JSON.stringify(intervention.settings))).toEqual(intervention.settings);
      }
    });

    const otherwise = neutral === undefined ? ' (skipped: it has none)' : '';
    it.skipIf(neutral === undefined)(`changes nothing with neutral settings${otherwise}`, async () => {
      const toy = await edited([...(test.before ?? []), neutral!()]);
      expect(toy.weights()).toEqual((await edited(test.before ?? [])).weights());
      expect([...toy.rewrites.keys(), ...toy.executions.keys()]).toEqual([]);
    });

    it('changes what it says, and nothing else', async () => {
      const before = (await edited(test.before ?? [])).weights();
      const toy = await edited([...(test.before ?? []), await active()]);
      const changed = [...toy.weights()]
        .filter(([name, values]) => !equal(values, before.get(name)!))
        .map(([name]) => name);
      expect(changed).toEqual(test.changes);
      expect([...toy.rewrites.keys()]).toEqual(test.rewrites ?? []);
      expect([...toy.executions.keys()]).toEqual(test.executes ?? []);
      expect([...toy.reads]).toEqual(test.reads ?? []);
      expect([...toy.parameters.keys()]).toEqual(test.parameters ?? []);
      expect(toy.isolatesSequences()).toBe(test.isolates ?? false);
    });

    it('gives the same weights and the same sound graphs every time', async () => {
      const before = test.before ?? [];
      const runs = [await edited([...before, await active()]), await edited([...before, await active()])];
      expect(runs[0]!.weights()).toEqual(runs[1]!.weights());
      expect(laidEdits(runs[0]!)).toEqual(laidEdits(runs[1]!));
    });

    it('records what it was told', async () => {
      expect((await active()).settings).toEqual((await active()).settings);
      if (neutral !== undefined) expect((await active()).settings).not.toEqual(neutral().settings);
    });

    it('describes every option that it takes, and refuses others', async () => {
      const refused = await test.plugin.schema['~standard'].validate({ thisIsNoOption: 1 });
      expect(refused.issues?.length).toBeGreaterThan(0);
      expect(Object.keys(test.plugin.options).toSorted()).toEqual(Object.keys(test.allOptions).toSorted());
      await expect(accepted(test.plugin, test.allOptions)).resolves.toBeDefined();
    });

    const unless = test.usesSuperWeights ? '' : ' (skipped: without options it uses none)';
    it.runIf(test.usesSuperWeights)(
      `asks for super weights where none are given, instead of doing nothing${unless}`,
      async () => {
        const asked = new Error('none are known');
        const none = toyFacts(() => {
          throw asked;
        });
        const options = await accepted(test.plugin, test.required ?? {});
        expect(() => test.plugin.create(options, none)).toThrow(asked);
      },
    );
  });
}

/** Facts of the toy: channels have the magnitudes 1, 2, 3 … */
function toyFacts(superWeights: ModelFacts['superWeights']): ModelFacts {
  return {
    superWeights,
    exactIntegers: true,
    calibration: () => ({
      origin: 'toy',
      async channelMaxima(sites) {
        return new Map(
          sites.map((site) => [site, Float32Array.from({ length: widthOf(site) }, (_, index) => index + 1)]),
        );
      },
    }),
  };
}

/** Runs interventions over a fresh toy model. */
async function edited(interventions: readonly Intervention[]) {
  const toy = toyModel();
  for (const intervention of interventions) await intervention.edit(toy.model);
  return toy;
}

async function accepted(plugin: InterventionPlugin, options: Json): Promise<unknown> {
  const checked = await plugin.schema['~standard'].validate(options);
  if (checked.issues !== undefined)
    throw new Error(`${plugin.name} refuses ${JSON.stringify(options)}: ${checked.issues[0]!.message}`);
  return checked.value;
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, index) => value === b[index]);
}

/** Expects a LinchpinError of a code. */
export function expectProblem(code: string, run: () => unknown): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(isLinchpinError(thrown) ? thrown.code : thrown).toBe(code);
}

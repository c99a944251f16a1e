/** The laws that every intervention plugin keeps; each plugin's test calls this once. */
import { isLinchpinError } from '@linchpin/errors';
import type { Intervention, InterventionPlugin, Json, ModelFacts, SuperWeight } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { toyModel } from './toy-model.ts';

export interface InterventionCase {
  readonly plugin: InterventionPlugin;
  /** The factory itself with settings that change nothing. */
  readonly neutral: () => Intervention;
  /** Options as a user gives them, that do change the toy model. */
  readonly active: Json;
  /** Super weights that the toy model is said to have. */
  readonly superWeights: readonly SuperWeight[];
  /** Names of the toy's tensors that `active` changes. */
  readonly changes: readonly string[];
  /** Sites that `active` rewrites, when it comes after `before`. */
  readonly rewrites?: readonly string[];
  /** Interventions that have to come first for `active` to do something. */
  readonly before?: readonly Intervention[];
}

export function testIntervention(test: InterventionCase): void {
  const facts: ModelFacts = { superWeights: () => test.superWeights };
  const active = async (): Promise<Intervention> => test.plugin.create(await accepted(test.plugin, test.active), facts);

  describe(`${test.plugin.name} keeps the laws of interventions`, () => {
    it('has a name, a version and settings that survive JSON', async () => {
      for (const intervention of [test.neutral(), await active()]) {
        expect(intervention.name).toBe(test.plugin.name);
        expect(intervention.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(Number.isInteger(intervention.version) && intervention.version >= 1).toBe(true);
        expect(JSON.parse(JSON.stringify(intervention.settings))).toEqual(intervention.settings);
      }
    });

    it('changes nothing with neutral settings', async () => {
      const toy = await edited([...(test.before ?? []), test.neutral()]);
      expect(toy.weights()).toEqual((await edited(test.before ?? [])).weights());
      expect([...toy.rewrites.keys()]).toEqual([]);
    });

    it('changes what it says, and nothing else', async () => {
      const before = (await edited(test.before ?? [])).weights();
      const toy = await edited([...(test.before ?? []), await active()]);
      const changed = [...toy.weights()]
        .filter(([name, values]) => !equal(values, before.get(name)!))
        .map(([name]) => name);
      expect(changed).toEqual(test.changes);
      expect([...toy.rewrites.keys()]).toEqual(test.rewrites ?? []);
    });

    it('gives the same result every time', async () => {
      const intervention = await active();
      expect((await edited([intervention])).weights()).toEqual((await edited([intervention])).weights());
      expect((await active()).settings).toEqual(intervention.settings);
    });

    it('describes every option, and refuses those that it does not know', async () => {
      const refused = await test.plugin.schema['~standard'].validate({ thisIsNoOption: 1 });
      expect(refused.issues?.length).toBeGreaterThan(0);
      for (const option of Object.keys(test.active as object)) expect(test.plugin.options).toHaveProperty(option);
    });

    it('asks for super weights where none are known, instead of doing nothing', async () => {
      const asked = new Error('none are known');
      const none: ModelFacts = {
        superWeights() {
          throw asked;
        },
      };
      const options = await test.plugin.schema['~standard'].validate({});
      if (options.issues !== undefined) return;
      expect(() => test.plugin.create(options.value, none)).toThrow(asked);
    });
  });
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

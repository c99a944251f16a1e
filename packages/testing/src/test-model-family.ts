/** What every model family keeps to; each family's test calls this once with a small config of its own. */
import { isLinchpinError } from '@linchpin/errors';
import { verifyGraph } from '@linchpin/onnx';
import type { DecoderConfig, DecoderGraph, ModelFamily } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';

export interface FamilyCase<Config extends DecoderConfig> {
  readonly family: ModelFamily<Config>;
  /** A config.json of a tiny model, every field that the family needs and nothing more. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Fields without which the config cannot be read. */
  readonly required: readonly string[];
  /** Lays a graph over tensors that exist by name, type and shape only, with the given sites read. */
  readonly lay: (config: Config, readSites: readonly string[]) => Promise<DecoderGraph>;
}

export function testModelFamily<Config extends DecoderConfig>(test: FamilyCase<Config>): void {
  const { family } = test;
  const read = (config: Readonly<Record<string, unknown>>): Config =>
    family.readConfig(config, 'config.json', new Set());
  const config = read(test.config);

  describe(`${family.modelTypes.join(', ')} keeps to what model families are`, () => {
    it('lists every tensor once, and its matrices among them', () => {
      const tensors = new Map(family.tensors(config).map(({ name, shape }) => [name, shape]));
      expect(tensors.size).toBe(family.tensors(config).length);
      const matrices = family.layerMatrices(config);
      expect(new Set(matrices).size).toBe(matrices.length);
      for (const name of matrices) expect(tensors.get(name)?.length).toBe(2);
      for (let layer = 0; layer < config.layers; layer++)
        expect(matrices).toEqual(expect.arrayContaining([...family.mlpOutputs(config, layer)]));
    });

    it('knows what every matrix does, and the norm before it where there is one', () => {
      const shapes = new Map(
        family.tensors(config).map(({ name, shape, transposed }) => [name, transposed ? shape.toReversed() : shape]),
      );
      const outputs = new Set(
        Array.from({ length: config.layers }, (_, layer) => family.mlpOutputs(config, layer)).flat(),
      );
      for (const name of family.layerMatrices(config)) {
        const { role, norm, normBias } = family.linearFacts(config, name.replace(/\.weight$/, ''));
        expect([name, role === 'mlp-output']).toEqual([name, outputs.has(name)]);
        if (norm === undefined) continue;
        expect(shapes.get(`${norm}.weight`)).toEqual([shapes.get(name)![1]]);
        expect(shapes.has(`${norm}.bias`)).toBe(normBias === true);
      }
    });

    it.each(test.required)('cannot be read without %s, and says so', (field) => {
      const { [field]: _, ...rest } = test.config;
      let problem: unknown;
      try {
        read(rest);
      } catch (error) {
        problem = error;
      }
      expect(isLinchpinError(problem) && problem.message).toContain(field);
    });

    it('lays a sound graph that has a site at the input and output of every MLP projection and of every layer', async () => {
      const sites = Array.from({ length: config.layers }, (_, layer) => [
        `${family.layerModule(config, layer)}.input`,
        ...family.mlpOutputs(config, layer).flatMap((name) => {
          const module = name.replace(/\.weight$/, '');
          return [`${module}.input`, `${module}.output`];
        }),
        `${family.layerModule(config, layer)}.output`,
      ]).flat();
      const decoder = await test.lay(config, sites);
      expect(verifyGraph(decoder.graph)).toEqual([]);
      expect(decoder.readSites).toEqual(sites);
    });

    it('uses every tensor that it lists', async () => {
      const decoder = await test.lay(config, []);
      const used = new Set(decoder.graph.nodes.flatMap((node) => node.inputs));
      for (const { name } of family.tensors(config)) expect(used).toContain(name);
    });
  });
}

/** A model by stages of layers gives bit for bit what it gives in one session, in every family; both on the CPU. */
import { type Decoder, layCheckpoint, openDecoder } from '@linchpin/models';
import type { Intervention, RewriteContext, RewriteResult } from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { createExecutor, resolveSession } from '@linchpin/runtime';
import { runSequence, type SequenceFacts, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyFamilies } from '../tiny-families.ts';

describe.each(tinyFamilies())('$name', (family) => {
  const folder = temporaryFolder();
  let decoder: Decoder;
  let stages: number;

  beforeAll(async () => {
    await family.write(folder);
    decoder = await openDecoder(folder);
    stages = decoder.config.layers;
  });

  const score = async (
    count: number,
    edits: { readonly interventions?: readonly Intervention[]; readonly readSites?: readonly string[] } = {},
  ): Promise<SequenceFacts[]> => {
    const laid = await layCheckpoint(decoder, edits);
    const executor = await createExecutor(laid, resolveSession(laid, { threads: 1, stages: count }));
    try {
      return await Promise.all(family.ids.map((ids) => runSequence(executor, ids)));
    } finally {
      await executor.release();
    }
  };

  it('scores alike whole and by stages', async () => {
    expect(stages).toBeGreaterThan(1);
    expect(await score(stages)).toEqual(await score(1));
  });

  it('carries edits of weights and activations out, and gives activations, in whichever stage they lie', async () => {
    const { family: architecture, config } = decoder;
    const layers = Array.from({ length: stages }, (_, layer) => architecture.layerModule(config, layer));
    const weights = layers.map((_, layer) => ({ layer, row: 1, column: 2 }));
    // Which expert gets a token, and so what could be restored of one, is no matter of stages.
    const restored = [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })];
    const interventions = [halving(layers), ...(family.experts > 0 ? [] : restored)];
    const readSites = layers.map((layer) => `${layer}.output`);
    const [whole, staged] = [
      await score(1, { interventions, readSites }),
      await score(stages, { interventions, readSites }),
    ];
    expect([...staged[0]!.activations.keys()]).toEqual(readSites);
    expect(staged).toEqual(whole);
    expect(staged[0]!.lastLogProbabilities).not.toEqual((await score(1))[0]!.lastLogProbabilities);
  });
});

/** Halves what enters each layer, and an entry of its first matrix. */
function halving(layers: readonly string[]): Intervention {
  return {
    name: 'halving',
    version: 1,
    settings: {},
    edit(model) {
      for (const layer of layers) {
        const halved = ({ graph, value }: RewriteContext): RewriteResult => ({
          value: graph.apply('Mul', [value, graph.float(0.5)]),
        });
        model.activation(`${layer}.input`).rewrite(halved);
        const matrix = model.layerMatrices.find((name) => name.startsWith(`${layer}.`))!;
        model.weight(matrix).scale(1, 2, 0.5);
      }
    },
  };
}

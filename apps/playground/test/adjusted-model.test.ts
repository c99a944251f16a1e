/**
 * What the page computes, in Node: the graph that a playground is built with gives what the model gives under interventions,
 * for scalars of every kind of matrix, of several at once, and with the super activation put back.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextTokens, sequenceBatch } from '@linchpin/evaluator';
import { generate, greedy } from '@linchpin/generation';
import { embeddedModels, type Harness, openHarness, type OpenedModel } from '@linchpin/harness';
import { layCheckpoint, laySteps, rowInputs } from '@linchpin/models';
import { buildPlayground } from '@linchpin/playground';
import type { Intervention } from '@linchpin/plugin-api';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { createExecutor, createStepModel } from '@linchpin/runtime';
import { largestDifference, temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdjustedSequence, type Session } from '../src/engine/adjusted-sequence.ts';
import { type Edit, noChange } from '../src/engine/adjustment.ts';
import { lookInside } from '../src/engine/look-inside.ts';
import { tokenLogProbabilities } from '../src/engine/text-loss.ts';
import { writeBeside } from '../src/engine/write-beside.ts';
import { type NodePlayground, openInNode } from './node-session.ts';

/** Two orders of summation of the same float32 products. */
const tolerance = 2e-5;

/** What every change here moves some log-probability by at least, far beyond the tolerance. */
const changed = 1e-3;

const text = 'Max and Sam went to the garden to look for the whale. They waited for a long time.';
const folder = temporaryFolder();

let harness: Harness;
let mini: OpenedModel;
let playground: NodePlayground;
let ids: number[];
/** Without a change, by the reference. */
let unchanged: Float32Array;

beforeAll(async () => {
  const page = join(folder, 'page');
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '');
  harness = await openHarness();
  mini = await harness.open('mini');
  await buildPlayground(mini, { out: join(folder, 'mini'), page });
  playground = await openInNode(join(folder, 'mini'), embeddedModels['mini']!);
  ids = playground.tokenizer.encodeWithSpecialTokens(text);
  unchanged = await expected([]);
});

afterAll(async () => {
  await playground.release();
  await harness.close();
});

/** As an intervention: the reference's way of changing a weight, row patches laid into a graph. */
function intervention(edits: readonly Edit[]): Intervention {
  return {
    name: 'edits',
    version: 1,
    settings: {},
    edit(model) {
      for (const edit of edits) {
        const weight = model.weight(`${playground.manifest.matrices[edit.matrix]!.module}.weight`);
        if ('value' in edit) weight.set(edit.row, edit.column, edit.value);
        else weight.scale(edit.row, edit.column, edit.factor);
      }
    },
  };
}

async function expected(interventions: readonly Intervention[]): Promise<Float32Array> {
  const executor = await createExecutor(await layCheckpoint(mini, { interventions }));
  const { logProbabilities } = await executor.run(sequenceBatch(ids, nextTokens(ids)));
  await executor.release();
  return logProbabilities;
}

/** That a change gives what the reference gives, and not what the model gives without it. */
async function expectChange(edits: readonly Edit[]): Promise<void> {
  const found = await tokenLogProbabilities(playground, ids, { edits, restores: false });
  expect(largestDifference(found, await expected([intervention(edits)]))).toBeLessThan(tolerance);
  expect(largestDifference(found, unchanged)).toBeGreaterThan(changed);
}

/** Index of a matrix by its layer and a part of its name. */
function matrixOf(layer: number, name: string): number {
  return playground.manifest.matrices.findIndex((each) => each.layer === layer && each.module.endsWith(name));
}

const superWeight = (factor: number): Edit => ({ matrix: matrixOf(1, 'down_proj'), row: 100, column: 300, factor });

describe('a model whose scalars are inputs', () => {
  it('is the model itself without edits', async () => {
    const found = await tokenLogProbabilities(playground, ids, noChange);
    expect(largestDifference(found, unchanged)).toBeLessThan(tolerance);
  });

  it.each([0, 0.5, 3])('multiplies the super weight by %d', async (factor) => {
    await expectChange([superWeight(factor)]);
  });

  it('sets scalars of every kind of matrix, in the first and the last row', async () => {
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']) {
      const matrix = matrixOf(name.length % 8, name);
      const { shape } = playground.manifest.matrices[matrix]!;
      await expectChange([
        { matrix, row: 0, column: shape[1] - 1, value: 20 },
        { matrix, row: shape[0] - 1, column: 0, value: -20 },
      ]);
    }
  });

  it('carries out several edits of one row, one matrix and several layers, in order', async () => {
    const edits: Edit[] = [
      superWeight(0),
      { ...superWeight(1), column: 7, value: 2 },
      { ...superWeight(1), row: 3, column: 7, value: -2 },
      { matrix: matrixOf(6, 'v_proj'), row: 5, column: 5, value: 3 },
      { matrix: matrixOf(6, 'v_proj'), row: 5, column: 5, factor: 0.5 },
    ];
    await expectChange(edits);
    // Each of them counts.
    for (const left of edits.keys()) {
      const fewer = await tokenLogProbabilities(playground, ids, { edits: edits.toSpliced(left, 1), restores: false });
      expect(largestDifference(fewer, await expected([intervention(edits)]))).toBeGreaterThan(tolerance);
    }
  });

  it('puts the super activation back at the token that +SA chooses', async () => {
    const edits = [superWeight(0)];
    const weights = [{ layer: 1, row: 100, column: 300 }];
    const found = await tokenLogProbabilities(playground, ids, { edits, restores: true });
    const reference = await expected([intervention(edits), restoreSuperActivation({ weights })]);
    expect(largestDifference(found, reference)).toBeLessThan(tolerance);
    expect(largestDifference(found, await expected([intervention(edits)]))).toBeGreaterThan(1);
  });

  it('chooses anew when a later token has a larger value', async () => {
    const change = { edits: [superWeight(0)], restores: true };
    const whole = await new AdjustedSequence(playground, change).feed(ids, { isLast: true });
    // Without its first tokens the text has its largest value elsewhere; token by token it moves.
    const grown = new AdjustedSequence(playground, change);
    let last: Float32Array = new Float32Array();
    for (const id of ids) last = (await grown.feed([id])).logits;
    expect(largestDifference(last, whole.logits)).toBeLessThan(1e-3);
    const tail = ids.slice(1);
    const moving = new AdjustedSequence(playground, change);
    for (const id of tail) last = (await moving.feed([id])).logits;
    const atOnce = new AdjustedSequence(playground, change);
    const { logits } = await atOnce.feed(tail);
    expect(moving.restoredPositions).toEqual(atOnce.restoredPositions);
    expect(largestDifference(last, logits)).toBeLessThan(1e-3);
  });

  it('throws where the token moves whenever its value is put back', async () => {
    const matrix = matrixOf(1, 'down_proj');
    const { unedited } = playground.manifest.matrices[matrix]!;
    // The largest value is never at the token that the run has put it back at.
    const session: Session = {
      async run(feeds) {
        const kept = Math.max(...Array.from(feeds[rowInputs.kept]!.data, Number));
        const values = { [unedited!]: Float32Array.of(...(kept === 0 ? [1, 2] : [2, 1])) };
        return { floats: async (name) => values[name] ?? new Float32Array(1), kept: () => undefined };
      },
      free() {},
    };
    const change = { edits: [superWeight(0)], restores: true };
    await expect(new AdjustedSequence({ ...playground, session }, change).feed([1, 2])).rejects.toMatchObject({
      code: 'playground-app/tokens-unsettled',
    });
  });
});

describe('texts', () => {
  it.each([1, 0])('are those that linchpin generate writes, 40 ids, at the factor %d', async (factor) => {
    const change = { edits: [superWeight(factor)], restores: false };
    const found: number[] = [];
    for await (const { side, id, end } of writeBeside(playground, playground.tokenizer, {
      prompt: ids,
      change,
      tokens: 40,
    }))
      if (side === 'changed' && end !== 'end') found.push(id);
    const model = await createStepModel(await laySteps(mini, { interventions: [intervention(change.edits)] }));
    const reference: number[] = [];
    const { endIds } = playground.manifest.model;
    for await (const { id, isEnd } of generate(model, ids, { choose: greedy, maxTokens: 40, endIds }))
      if (!isEnd) reference.push(id);
    await model.release();
    expect(found).toEqual(reference);
    expect(found.length).toBeGreaterThan(10);
  });
});

describe('a look inside', () => {
  it('finds the super activation and the heads that rest on the first token', async () => {
    const original = await lookInside(playground, ids, noChange);
    const pruned = await lookInside(playground, ids, { edits: [superWeight(0)], restores: false });
    const { inputs, outputs } = original.layers[1]!;
    expect([inputs[0]!.channel, outputs[0]!.channel]).toEqual([300, 100]);
    expect(Math.abs(outputs[0]!.value)).toBeGreaterThan(10 * Math.abs(pruned.layers[1]!.outputs[0]!.value));
    const mean = ({ layers }: typeof original): number => {
      const shares = layers.slice(2).flatMap(({ attention }) => attention);
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    };
    expect(mean(original)).toBeGreaterThan(0.5);
    expect(mean(pruned)).toBeLessThan(mean(original) / 2);
  });
});

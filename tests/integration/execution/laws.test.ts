/**
 * Laws that hold of every model, over random small ones. Where sums may be taken in another order (another place in a row,
 * another number of tokens at once) the tolerance is 2e-5 nats a token: float32 rounds log-probabilities of these models
 * at 1e-6, and fifty sums of it were seen to differ by 6e-6.
 */
import { join } from 'node:path';
import { createLanguageModel } from '@linchpin/evaluator';
import { layCheckpoint, mlpOutput, openDecoder } from '@linchpin/models';
import type { Intervention, LanguageModel, RequestResult, TokenRequest } from '@linchpin/plugin-api';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { type CastWeights, createExecutor, resolveSession } from '@linchpin/runtime';
import { readTensor, writeSafetensors } from '@linchpin/safetensors';
import { type LlamaShape, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import fc from 'fast-check';
import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const perToken = 2e-5;
const runs = 8;
const root = temporaryFolder();

const shapes: fc.Arbitrary<LlamaShape> = fc
  .record({
    layers: fc.integer({ min: 1, max: 3 }),
    keyValueHeads: fc.integer({ min: 1, max: 2 }),
    shared: fc.integer({ min: 1, max: 3 }),
    headSize: fc.constantFrom(4, 8),
    intermediate: fc.integer({ min: 9, max: 40 }),
    vocabulary: fc.integer({ min: 11, max: 40 }),
    dtype: fc.constantFrom('F32' as const, 'F16' as const, 'BF16' as const),
    tied: fc.boolean(),
    seed: fc.nat(1e6),
  })
  .map(({ keyValueHeads, shared, headSize, ...rest }) => ({
    ...rest,
    keyValueHeads,
    heads: keyValueHeads * shared,
    hidden: keyValueHeads * shared * headSize,
    contextLength: 24,
    spread: 0.5,
  }));

const questions = (vocabulary: number): fc.Arbitrary<TokenRequest[][]> => {
  const ids = (maxLength: number) => fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength });
  const question = fc
    .tuple(ids(12), fc.array(ids(5), { minLength: 1, maxLength: 4 }))
    .map(([context, choices]) => choices.map((continuation) => ({ context, continuation })));
  return fc.array(question, { minLength: 1, maxLength: 6 });
};

const cases = shapes.chain((shape) => questions(shape.vocabulary).map((groups) => ({ shape, groups })));

let made = 0;
async function checkpointOf(shape: LlamaShape): Promise<string> {
  const folder = join(root, String(made++));
  await writeRandomLlama(folder, shape);
  return folder;
}

async function withModel<T>(
  folder: string,
  options: { interventions?: readonly Intervention[]; batchTokens?: number; castWeights?: CastWeights },
  work: (model: LanguageModel) => Promise<T>,
): Promise<T> {
  const { interventions = [], batchTokens = 2048, castWeights = 'once' } = options;
  const laid = await layCheckpoint(await openDecoder(folder), { interventions });
  const executor = await createExecutor(laid, resolveSession(laid, { threads: 1, castWeights }));
  try {
    return await work(createLanguageModel(executor, { batchTokens }));
  } finally {
    await executor.release();
  }
}

async function scores(model: LanguageModel, groups: readonly (readonly TokenRequest[])[]): Promise<number[][]> {
  const all: number[][] = [];
  for await (const results of model.score(groups)) all.push(results.map(logLikelihood));
  return all;
}

/**
 * Whether the first two tokens differ. Where they are equal, both have the same activations, and rounding decides which of
 * them is the largest of the request.
 */
function beginsWithTwo({ context, continuation }: TokenRequest): boolean {
  const [first, second] = [...context, ...continuation];
  return first !== second;
}

function logLikelihood(result: RequestResult): number {
  if ('unscorable' in result) throw new Error(result.unscorable);
  return result.score.logLikelihood;
}

async function score(
  folder: string,
  groups: readonly (readonly TokenRequest[])[],
  options: { interventions?: readonly Intervention[]; batchTokens?: number; castWeights?: CastWeights } = {},
): Promise<number[][]> {
  return await withModel(folder, options, (model) => scores(model, groups));
}

function expectClose(
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  groups: readonly (readonly TokenRequest[])[],
): void {
  groups.forEach((group, g) =>
    group.forEach((request, r) =>
      expect(Math.abs(actual[g]![r]! - expected[g]![r]!)).toBeLessThan(perToken * request.continuation.length),
    ),
  );
}

/** Sets one scalar of the last layer's MLP projection. */
function setting(row: number, column: number, value: number): Intervention {
  return {
    name: 'set',
    version: 1,
    settings: { row, column, value },
    edit: (model) => model.weight(model.mlpOutput({ layer: model.layers - 1 })).set(row, column, value),
  };
}

function scaling(row: number, column: number, factor: number): Intervention {
  return {
    name: 'scale',
    version: 1,
    settings: { row, column, factor },
    edit: (model) => model.weight(model.mlpOutput({ layer: model.layers - 1 })).scale(row, column, factor),
  };
}

describe('scoring', () => {
  it('gives packed requests what they get one by one, whatever the batch size', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 8, max: 80 }), async ({ shape, groups }, batchTokens) => {
        const folder = await checkpointOf(shape);
        const alone = await withModel(folder, {}, async (model) => {
          const each: number[][] = [];
          for (const group of groups)
            each.push(
              (
                await scores(
                  model,
                  group.map((request) => [request]),
                )
              ).map(([value]) => value!),
            );
          return each;
        });
        expectClose(await score(folder, groups), alone, groups);
        expectClose(await score(folder, groups, { batchTokens }), alone, groups);
      }),
      { numRuns: runs },
    );
  });

  it('does not depend on the order of questions and choices, nor on duplicates', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const folder = await checkpointOf(shape);
        const before = await score(folder, groups);
        const reversed = await score(folder, groups.map((group) => group.toReversed()).toReversed());
        expectClose(reversed.map((group) => group.toReversed()).toReversed(), before, groups);
        const twice = await score(
          folder,
          groups.map((group) => [...group, ...group]),
        );
        groups.forEach((group, g) => expect(twice[g]!.slice(group.length)).toEqual(twice[g]!.slice(0, group.length)));
        expectClose(twice, before, groups);
      }),
      { numRuns: runs },
    );
  });

  it('gives the same bits every time', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const folder = await checkpointOf(shape);
        expect(await score(folder, groups)).toEqual(await score(folder, groups));
      }),
      { numRuns: runs },
    );
  });
});

describe('interventions', () => {
  it('that are neutral leave every log-likelihood bit-identical', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const folder = await checkpointOf(shape);
        const weights = [{ layer: 0, row: 1, column: 2 }];
        const original = await score(folder, groups);
        const neutral: (readonly Intervention[])[] = [
          [pruneSuperWeight({ weights: [] })],
          [pruneOutliers({ fraction: 0, keep: weights })],
          [scaling(1, 2, 1)],
          [scaling(1, 2, 4), scaling(1, 2, 0.25)],
        ];
        for (const interventions of neutral) expect(await score(folder, groups, { interventions })).toEqual(original);
      }),
      { numRuns: runs },
    );
  });

  it('compose in order', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const folder = await checkpointOf(shape);
        const run = (...interventions: Intervention[]) => score(folder, groups, { interventions });
        expect(await run(setting(1, 2, 3), scaling(1, 2, 2))).toEqual(await run(setting(1, 2, 6)));
        expect(await run(scaling(1, 2, 2), setting(1, 2, 3))).toEqual(await run(setting(1, 2, 3)));
      }),
      { numRuns: runs },
    );
  });

  it('give what a checkpoint with edited weights gives', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom(0, 0.02, 0.4), async ({ shape, groups }, fraction) => {
        const folder = await checkpointOf(shape);
        const weights = [{ layer: 0, row: 1, column: 2 }];
        const interventions =
          fraction === 0 ? [pruneSuperWeight({ weights })] : [pruneOutliers({ fraction, keep: weights })];
        const edited = await writeEdited(folder, { fraction, at: weights[0]! });
        expectClose(await score(folder, groups, { interventions }), await score(edited, groups), groups);
      }),
      { numRuns: 2 * runs },
    );
  });

  it('give equal requests equal bits, also where they are run again alone', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const weights = [{ layer: 0, row: 1, column: 2 }];
        const interventions = [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })];
        const doubled = groups.map((group) => [...group, ...group]);
        const results = await score(await checkpointOf(shape), doubled, { interventions });
        groups.forEach((group, g) =>
          expect(results[g]!.slice(group.length)).toEqual(results[g]!.slice(0, group.length)),
        );
      }),
      { numRuns: 3 * runs },
    );
  });

  it('gives the same by weights that are cast in every batch, within rounding', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const folder = await checkpointOf(shape);
        const interventions = [pruneSuperWeight({ weights: [{ layer: 0, row: 1, column: 2 }] })];
        const everyBatch = await score(folder, groups, { interventions, castWeights: 'every-batch' });
        expectClose(everyBatch, await score(folder, groups, { interventions, castWeights: 'once' }), groups);
      }),
      { numRuns: runs },
    );
  });

  it('restore one token of every request, whatever the requests share', async () => {
    let rescored = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        fc.pre(groups.flat().every(beginsWithTwo));
        const folder = await checkpointOf(shape);
        const weights = [{ layer: 0, row: 1, column: 2 }];
        const interventions = [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })];
        const packed = await withModel(folder, { interventions }, async (model) => {
          const values = await scores(model, groups);
          rescored += model.cost.requestsRescored;
          return values;
        });
        const flat = groups.flat();
        const alone = await score(
          folder,
          flat.map((request) => [request]),
          { interventions },
        );
        expectClose(
          packed.flat().map((value) => [value]),
          alone,
          flat.map((request) => [request]),
        );
      }),
      { numRuns: 3 * runs },
    );
    // Otherwise the law was only seen where all requests agree.
    expect(rescored).toBeGreaterThan(0);
  });
});

/** A copy of a checkpoint whose weights are edited in the file, in float32, by code of the test's own. */
async function writeEdited(
  folder: string,
  edit: { fraction: number; at: { layer: number; row: number; column: number } },
): Promise<string> {
  const copy = `${folder}-edited`;
  cpSync(folder, copy, { recursive: true });
  const decoder = await openDecoder(folder);
  const { tensors, family, config } = decoder;
  const matrices = new Set(family.layerMatrices(config));
  const target = mlpOutput(decoder, edit.at);
  const written = await Promise.all(
    [...tensors.values()].map(async (tensor) => {
      const values = await readTensor(tensor);
      const position = edit.at.row * (tensor.shape[1] ?? 1) + edit.at.column;
      const kept = values[position]!;
      const count = Math.trunc(values.length * edit.fraction);
      if (matrices.has(tensor.name) && count >= 1) {
        const threshold = Float32Array.from(values, Math.abs).toSorted().at(-count)!;
        values.forEach((value, index) => {
          if (Math.abs(value) >= threshold) values[index] = 0;
        });
      }
      if (tensor.name === target) values[position] = edit.fraction === 0 ? 0 : kept;
      return {
        name: tensor.name,
        dtype: 'F32',
        shape: tensor.shape,
        bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      };
    }),
  );
  await writeSafetensors(join(copy, 'model.safetensors'), written);
  return copy;
}

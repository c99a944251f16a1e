/**
 * Laws of prefixes that are computed once for the questions behind them, over random small models. Sums that are taken in
 * another order differ by what the laws of scoring allow, 2e-5 nats a token; everything else is equal to the last bit.
 */
import { join } from 'node:path';
import { createLanguageModel } from '@linchpin/evaluator';
import { createContext, openExecutor } from '@linchpin/execution';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type {
  BatchPrefix,
  Executor,
  Intervention,
  PackedBatch,
  RequestResult,
  ScoringCost,
  TokenRequest,
} from '@linchpin/plugin-api';
import { amplify } from '@linchpin/plugin-amplify';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { presets, quantize, type QuantizeOptions } from '@linchpin/plugin-quantize';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { openRunStore } from '@linchpin/run-store';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { type LlamaShape, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

const sums = 2e-5;
const runs = 8;
const root = temporaryFolder();
const weights = [{ layer: 0, row: 1, column: 2 }];

const shapes: fc.Arbitrary<LlamaShape> = fc
  .record({
    layers: fc.integer({ min: 1, max: 3 }),
    keyValueHeads: fc.integer({ min: 1, max: 2 }),
    shared: fc.integer({ min: 1, max: 2 }),
    intermediate: fc.integer({ min: 9, max: 24 }),
    vocabulary: fc.integer({ min: 11, max: 30 }),
    dtype: fc.constantFrom('F32' as const, 'F16' as const),
    seed: fc.nat(1e6),
  })
  .map(({ keyValueHeads, shared, ...rest }) => ({
    ...rest,
    keyValueHeads,
    heads: keyValueHeads * shared,
    hidden: keyValueHeads * shared * 8,
    tied: false,
    contextLength: 120,
    spread: 0.5,
  }));

/** Questions of a few subjects, each of which begins with its own examples. */
const subjects = (vocabulary: number): fc.Arbitrary<TokenRequest[][]> => {
  const ids = (minLength: number, maxLength: number) => fc.array(fc.nat(vocabulary - 1), { minLength, maxLength });
  const question = fc.record({ own: ids(1, 8), choices: fc.array(ids(1, 3), { minLength: 1, maxLength: 3 }) });
  const subject = fc
    .record({ begin: ids(40, 80), questions: fc.array(question, { minLength: 2, maxLength: 5 }) })
    .map(({ begin, questions }) =>
      questions.map(({ own, choices }) =>
        choices.map((continuation) => ({ context: [...begin, ...own], continuation })),
      ),
    );
  return fc.array(subject, { minLength: 1, maxLength: 2 }).map((all) => all.flat());
};

const cases = shapes.chain((shape) => subjects(shape.vocabulary).map((groups) => ({ shape, groups })));

let made = 0;
async function checkpointOf(shape: LlamaShape): Promise<string> {
  const folder = join(root, String(made++));
  await writeRandomLlama(folder, shape);
  return folder;
}

interface Settings {
  readonly interventions?: readonly Intervention[];
  readonly sharesPrefixes?: boolean;
  readonly keepsPrefixes?: boolean;
  readonly batchTokens?: number;
}

async function open(folder: string, settings: Settings = {}): Promise<Executor> {
  const { interventions = [], sharesPrefixes = true, keepsPrefixes = true } = settings;
  const encodedFolder = join(root, 'encoded');
  const laid = await layCheckpoint(await openDecoder(folder), { interventions, sharesPrefixes, encodedFolder });
  return await createExecutor(laid, plainSession({ threads: 1 }), { keepsPrefixes });
}

interface Scored {
  readonly results: readonly (readonly RequestResult[])[];
  readonly cost: ScoringCost;
}

async function score(
  folder: string,
  groups: readonly (readonly TokenRequest[])[],
  settings: Settings = {},
): Promise<Scored> {
  const executor = await open(folder, settings);
  try {
    const model = createLanguageModel(executor, { batchTokens: settings.batchTokens ?? 256 });
    return { results: await Array.fromAsync(model.score(groups)), cost: model.cost };
  } finally {
    await executor.release();
  }
}

function expectClose({ results }: Scored, expected: Scored, perToken: number = sums): void {
  for (const [g, group] of results.entries())
    for (const [r, result] of group.entries()) {
      const other = expected.results[g]![r]!;
      if (!('score' in result) || !('score' in other)) throw new Error('a request without a score');
      const tolerance = perToken * result.score.tokenLogProbabilities.length;
      expect(Math.abs(result.score.logLikelihood - other.score.logLikelihood)).toBeLessThan(tolerance);
    }
}

describe('questions behind prefixes', () => {
  it('get what they get without, whatever the batch size', { timeout: 60_000 }, async () => {
    let shared = 0;
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 8, max: 200 }), async ({ shape, groups }, batchTokens) => {
        const folder = await checkpointOf(shape);
        const alone = await score(folder, groups, { sharesPrefixes: false });
        expect(alone.cost.prefixTokens).toBe(0);
        const behind = await score(folder, groups);
        expectClose(behind, alone);
        expectClose(await score(folder, groups, { batchTokens }), alone);
        shared += behind.cost.prefixTokens;
      }),
      { numRuns: runs },
    );
    expect(shared).toBeGreaterThan(0);
  });

  it(
    'get what they get without under interventions that treat every token by itself',
    { timeout: 60_000 },
    async () => {
      // An activation may be rounded to the other side of a step: in 16 bits that was seen to move 1e-4 nats a token, and a
      // step of 8 bits is 257 times as large.
      const chains: readonly { readonly interventions: readonly Intervention[]; readonly perToken?: number }[] = [
        { interventions: [pruneSuperWeight({ weights })] },
        { interventions: [pruneOutliers({ fraction: 0.2, keep: weights })] },
        { interventions: [amplify({ factor: 2, weights })] },
        { interventions: [quantize(byToken(32767))], perToken: 4e-4 },
        { interventions: [quantize(byToken(127))], perToken: 0.1 },
        { interventions: [doubling('model.layers.0.mlp.down_proj.output')] },
      ];
      await fc.assert(
        fc.asyncProperty(cases, fc.constantFrom(...chains), async ({ shape, groups }, { interventions, perToken }) => {
          const folder = await checkpointOf(shape);
          const alone = await score(folder, groups, { interventions, sharesPrefixes: false });
          const behind = await score(folder, groups, { interventions });
          expectClose(behind, alone, perToken);
          expect(behind.cost.tokensComputed).toBeLessThanOrEqual(alone.cost.tokensComputed);
        }),
        { numRuns: runs },
      );
    },
  );

  it('get the same bits under interventions that change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, groups }) => {
        const folder = await checkpointOf(shape);
        const original = await score(folder, groups);
        for (const interventions of [
          [pruneSuperWeight({ weights: [] })],
          [pruneOutliers({ fraction: 0, keep: weights })],
        ])
          expect((await score(folder, groups, { interventions })).results).toEqual(original.results);
      }),
      { numRuns: runs },
    );
  });

  it('share nothing under interventions that look across requests, to the last bit', async () => {
    const across: (readonly Intervention[])[] = [
      [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })],
      [quantize({ ...byToken(127), activations: 'per_tensor' })],
    ];
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom(...across), async ({ shape, groups }, interventions) => {
        const folder = await checkpointOf(shape);
        expect(await score(folder, groups, { interventions })).toEqual(
          await score(folder, groups, { interventions, sharesPrefixes: false }),
        );
      }),
      { numRuns: runs },
    );
  });
});

describe('a batch behind a prefix', () => {
  it('gets the same wherever the path is split, and in whatever parts the prefix is computed', async () => {
    const paths = shapes.chain((shape) =>
      fc
        .tuple(
          fc.array(fc.nat(shape.vocabulary - 1), { minLength: 12, maxLength: 60 }),
          fc.nat(1000),
          fc.integer({ min: 1, max: 20 }),
        )
        .map(([ids, cut, partLength]) => ({ shape, ids, split: 1 + (cut % (ids.length - 1)), partLength })),
    );
    await fc.assert(
      fc.asyncProperty(paths, async ({ shape, ids, split, partLength }) => {
        const executor = await open(await checkpointOf(shape));
        const whole = await executor.run(pathBatch(ids));
        const prefix = { tokenIds: Int32Array.from(ids.slice(0, split)), partLength };
        const rest = await executor.run(pathBatch(ids, prefix));
        await executor.release();
        rest.logProbabilities.forEach((value, at) =>
          expect(Math.abs(value - whole.logProbabilities[split + at]!)).toBeLessThan(sums),
        );
      }),
      { numRuns: 3 * runs },
    );
  });

  it('gives the same bits whatever was kept before, and if nothing is kept', async () => {
    const sequences = shapes.chain((shape) => {
      const ids = fc.array(fc.nat(shape.vocabulary - 1), { minLength: 1, maxLength: 20 });
      const prefixes = fc.array(fc.array(fc.constantFrom(3, 4), { minLength: 1, maxLength: 40 }), {
        minLength: 2,
        maxLength: 5,
      });
      return fc.tuple(prefixes, ids).map(([begins, own]) => ({ shape, begins, own }));
    });
    await fc.assert(
      fc.asyncProperty(sequences, async ({ shape, begins, own }) => {
        const folder = await checkpointOf(shape);
        const [keeping, forgetting] = [await open(folder), await open(folder, { keepsPrefixes: false })];
        for (const begin of begins) {
          const prefix = { tokenIds: Int32Array.from(begin), partLength: 4 };
          const batch = pathBatch([...begin, ...own], prefix);
          const [kept, computed] = [await keeping.run(batch), await forgetting.run(batch)];
          expect(kept).toEqual(computed);
          // What stands between does not disturb what is kept.
          await keeping.run(pathBatch(own));
        }
        await keeping.release();
        await forgetting.release();
      }),
      { numRuns: runs },
    );
  });

  it('waits for another one that is run at the same time', async () => {
    const shape = {
      layers: 2,
      keyValueHeads: 1,
      heads: 2,
      hidden: 16,
      intermediate: 12,
      vocabulary: 20,
      seed: 1,
    } as const;
    const executor = await open(
      await checkpointOf({ ...shape, dtype: 'F32', tied: false, contextLength: 60, spread: 0.5 }),
    );
    const batches = [1, 2, 3].map((first) => {
      const begin = Array.from({ length: 20 }, (_, index) => (first * index) % 20);
      return pathBatch([...begin, 5, 6], { tokenIds: Int32Array.from(begin), partLength: 8 });
    });
    const together = await Promise.all(batches.map((batch) => executor.run(batch)));
    for (const [index, batch] of batches.entries()) expect(await executor.run(batch)).toEqual(together[index]);
    await executor.release();
  });
});

it('is answered by a store that was written while prefixes were kept, without computing any', async () => {
  const store = openRunStore(join(root, 'store'));
  afterAll(() => store.close());
  await fc.assert(
    fc.asyncProperty(cases, async ({ shape, groups }) => {
      const folder = await checkpointOf(shape);
      const opened = await openDecoder(folder);
      const run = async () => {
        const laid = await layCheckpoint(opened, { sharesPrefixes: true });
        const context = createContext({ settings: { threads: 1 }, openStore: async () => store });
        const executor = await openExecutor(laid, {
          checkpoint: opened.checkpoint,
          chain: { interventions: [] },
          context,
        });
        const model = createLanguageModel(executor, { batchTokens: 100 });
        const results = await Array.fromAsync(model.score(groups));
        await executor.release();
        return { results, cost: model.cost, ...executor.batches! };
      };
      const written = await run();
      expect(written.results).toEqual((await score(folder, groups, { batchTokens: 100 })).results);
      expect(written.results).toEqual(
        (await score(folder, groups, { batchTokens: 100, keepsPrefixes: false })).results,
      );
      const answered = await run();
      expect(answered).toMatchObject({ computed: 0, remembered: written.computed + written.remembered });
      expect(answered.results).toEqual(written.results);
    }),
    { numRuns: runs },
  );
});

/** One sequence of which every token behind the prefix is scored, on the id 1. */
function pathBatch(ids: readonly number[], prefix?: BatchPrefix): PackedBatch {
  const from = prefix?.tokenIds.length ?? 0;
  const tokenIds = Int32Array.from(ids.slice(from));
  const tokens = tokenIds.map((_, token) => token);
  return {
    rows: 1,
    rowLength: tokenIds.length,
    tokenIds,
    positions: tokens.map((token) => from + token),
    subtreeEnds: new Int32Array(tokenIds.length).fill(tokenIds.length),
    scoredTokens: tokens,
    targetRows: tokens,
    targetIds: new Int32Array(tokenIds.length).fill(1),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

function doubling(site: string): Intervention {
  return {
    name: 'doubling',
    version: 1,
    settings: { site },
    edit: (model) =>
      model.activation(site).rewrite(({ graph, value }) => ({ value: graph.apply('Mul', [value, graph.float(2)]) })),
  };
}

/** In float32, which every processor multiplies exactly. */
function byToken(levels: QuantizeOptions['levels']): QuantizeOptions {
  const { smoothing: _, ...naive } = presets['paper-naive'];
  return { ...naive, levels, execution: 'simulated' };
}

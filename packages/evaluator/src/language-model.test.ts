import type {
  BatchOutput,
  Executor,
  PackedBatch,
  RequestResult,
  SweepExecutor,
  TokenRequest,
} from '@linchpin/plugin-api';
import { toyDistribution, toyExecutor } from '@linchpin/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanguageModel, createSweepModel } from './language-model.ts';

const vocabulary = 5;
const ids = (minLength: number, maxLength: number) => fc.array(fc.nat(vocabulary - 1), { minLength, maxLength });
const groupsOf = fc.array(
  fc.array(fc.record({ context: ids(1, 9), continuation: ids(1, 4) }), { minLength: 1, maxLength: 5 }),
  { maxLength: 12 },
);

interface ScoringOptions {
  readonly contextLength?: number;
  readonly isolatesSequences?: boolean;
  readonly sharesPrefixes?: boolean;
}

async function scoreAll(
  groups: readonly (readonly TokenRequest[])[],
  batchTokens: number,
  { contextLength = 64, isolatesSequences = false, sharesPrefixes = false }: ScoringOptions = {},
) {
  const executor = { ...toyExecutor({ vocabularySize: vocabulary, contextLength, sharesPrefixes }), isolatesSequences };
  const model = createLanguageModel(executor, { batchTokens });
  const results: (readonly RequestResult[])[] = [];
  for await (const result of model.score(groups)) results.push(result);
  return { results, model, executor };
}

/** The score that the toy gives to a request by itself, without any packing. */
function alone({ context, continuation }: { context: number[]; continuation: number[] }, contextLength: number) {
  const whole = [...context, ...continuation].slice(-(contextLength + 1));
  const first = whole.length - continuation.length;
  const distributions = continuation.map((_, index) => toyDistribution(whole.slice(0, first + index), vocabulary));
  const logProbabilities = continuation.map((id, index) => Math.fround(distributions[index]![id]!));
  return {
    logLikelihood: logProbabilities.reduce((sum, value) => sum + value, 0),
    isGreedy: continuation.every(
      (id, index) => distributions[index]!.indexOf(Math.max(...distributions[index]!)) === id,
    ),
  };
}

describe('createLanguageModel', () => {
  it('asks for several windows at once where that is best, in the batches that are run one after the other', async () => {
    const groups = Array.from({ length: 200 }, (_, group) => [{ context: [group % 5, 1, 2], continuation: [3] }]);
    const { results, executor } = await scoreAll(groups, 8);
    let [asked, most] = [0, 0];
    const toy = toyExecutor({ vocabularySize: vocabulary });
    const together: Executor = {
      ...toy,
      tokensAtOnce: 2 * 16 * 8,
      async run(batch) {
        most = Math.max(most, ++asked);
        await new Promise((resolve) => setTimeout(resolve, 0));
        asked--;
        return await toy.run(batch);
      },
    };
    expect(await Array.fromAsync(createLanguageModel(together, { batchTokens: 8 }).score(groups))).toEqual(results);
    expect(toy.batches).toEqual(executor.batches);
    expect(most).toBeGreaterThan(16);
    expect(most).toBeLessThan(executor.batches.length);
  });

  it('fails once where one of the batches that are asked for at once does', async () => {
    const broken = { ...toyExecutor(), tokensAtOnce: 1000, run: () => Promise.reject(new Error('lost')) };
    const groups = Array.from({ length: 9 }, () => [{ context: [1, 2], continuation: [3] }]);
    await expect(Array.fromAsync(createLanguageModel(broken, { batchTokens: 4 }).score(groups))).rejects.toThrow(
      'lost',
    );
  });

  it('scores packed requests exactly as requests by themselves, whatever the batch size and the context', async () => {
    await fc.assert(
      fc.asyncProperty(
        groupsOf,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 4, max: 14 }),
        async (groups, batchTokens, contextLength) => {
          const { results } = await scoreAll(groups, batchTokens, { contextLength });
          expect(results.length).toBe(groups.length);
          groups.forEach((group, g) =>
            group.forEach((request, r) =>
              expect(results[g]![r]).toMatchObject({ score: alone(request, contextLength) }),
            ),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('computes no token twice within a question and no padding beyond the rows', async () => {
    const context = [1, 2, 3, 4, 0, 1];
    const { model } = await scoreAll([[0, 1, 2, 3].map((id) => ({ context, continuation: [id] }))], 64);
    expect(model.cost).toMatchObject({
      requests: 4,
      tokensAsked: 24,
      tokensComputed: 6,
      paddingTokens: 0,
      logitRowsAsked: 4,
      logitRowsComputed: 1,
    });
  });

  it('keeps every batch within its budget', async () => {
    const groups = Array.from({ length: 50 }, (_, i) => [{ context: [1, 2, 3, i % 5], continuation: [i % 4, 1] }]);
    const { executor } = await scoreAll(groups, 23);
    expect(executor.batches.length).toBeGreaterThan(5);
    for (const batch of executor.batches) expect(batch.rows * batch.rowLength).toBeLessThanOrEqual(23);
  });

  it('gives every request a row of its own, without padding, where sequences are isolated', async () => {
    await fc.assert(
      fc.asyncProperty(groupsOf, fc.integer({ min: 1, max: 60 }), async (groups, batchTokens) => {
        const { results, executor, model } = await scoreAll(groups, batchTokens, { isolatesSequences: true });
        groups.forEach((group, g) =>
          group.forEach((request, r) => expect(results[g]![r]).toMatchObject({ score: alone(request, 64) })),
        );
        for (const { rows, rowLength, subtreeEnds, positions } of executor.batches) {
          expect(rows === 1 || rows * rowLength <= batchTokens).toBe(true);
          expect(subtreeEnds).toEqual(new Int32Array(rows * rowLength).fill(rowLength));
          expect([...positions]).toEqual(Array.from({ length: rows * rowLength }, (_, token) => token % rowLength));
        }
        expect(model.cost.paddingTokens).toBe(0);
        expect(model.cost.tokensComputed).toBeLessThanOrEqual(model.cost.tokensAsked);
      }),
      { numRuns: 100 },
    );
  });

  it('runs requests that disagree about a shared token again, alone', async () => {
    const shared = toyExecutor({
      vocabularySize: vocabulary,
      // Nothing is decided in a tree that branches: where a node does not reach as far as the root of its tree.
      unresolved: (batch) => {
        const root = (token: number): number => (batch.positions[token] === 0 ? token : root(token - 1));
        const branching = new Set(
          Array.from(batch.subtreeEnds, (end, token) => (end < batch.subtreeEnds[root(token)]! ? root(token) : -1)),
        );
        return Uint8Array.from(batch.subtreeEnds, (_, token) => (branching.has(root(token)) ? 1 : 0));
      },
    });
    const model = createLanguageModel(shared);
    const requests = [
      { context: [1, 2], continuation: [3, 4] },
      { context: [1, 2], continuation: [4, 0] },
    ];
    for await (const results of model.score([requests])) {
      requests.forEach((request, index) => expect(results[index]).toMatchObject({ score: alone(request, 64) }));
    }
    expect(model.cost.requestsRescored).toBe(2);
  });

  it('scores questions behind prefixes exactly as by themselves, whatever the batch size and the context', async () => {
    const begins = fc.array(ids(33, 90), { minLength: 1, maxLength: 3 });
    const sharing = begins.chain((all) =>
      fc.array(
        fc
          .record({
            begin: fc.constantFrom(...all),
            own: ids(0, 6),
            choices: fc.array(ids(1, 4), { minLength: 1, maxLength: 4 }),
          })
          .map(({ begin, own, choices }) =>
            choices.map((continuation) => ({ context: [...begin, ...own], continuation })),
          ),
        { maxLength: 12 },
      ),
    );
    let prefixTokens = 0;
    await fc.assert(
      fc.asyncProperty(
        sharing,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 60, max: 120 }),
        async (groups, batchTokens, contextLength) => {
          const { results, model } = await scoreAll(groups, batchTokens, { contextLength, sharesPrefixes: true });
          groups.forEach((group, g) =>
            group.forEach((request, r) =>
              expect(results[g]![r]).toMatchObject({ score: alone(request, contextLength) }),
            ),
          );
          prefixTokens += model.cost.prefixTokens;
        },
      ),
      { numRuns: 100 },
    );
    expect(prefixTokens).toBeGreaterThan(0);
  });

  it('computes what questions begin with once, in batches of equal length and within the budget', async () => {
    const begin = Array.from({ length: 90 }, (_, index) => index % vocabulary);
    const groups = Array.from({ length: 40 }, (_, index) =>
      [0, 1].map((choice) => ({
        context: [...begin, ...[1, 5, 25].map((power) => Math.floor(index / power) % 5), 4],
        continuation: [choice],
      })),
    );
    const { executor, model } = await scoreAll(groups, 50, { contextLength: 120, sharesPrefixes: true });
    expect(model.cost).toMatchObject({ prefixTokens: 90, tokensComputed: 90 + 40 * 4, paddingTokens: 0, batches: 4 });
    for (const { rows, rowLength, prefix } of executor.batches)
      expect([rows, rowLength, prefix?.tokenIds.length]).toEqual([1, 40, 90]);
  });

  it('computes a tree once that is larger than a batch, if it branches late', async () => {
    const context = Array.from({ length: 100 }, (_, index) => index % vocabulary);
    const groups = [[0, 1, 2].map((id) => ({ context, continuation: [id, 1] }))];
    const { executor, model } = await scoreAll(groups, 40, { contextLength: 120, sharesPrefixes: true });
    expect(executor.batches.map(({ rowLength, prefix }) => [prefix?.tokenIds.length, rowLength])).toEqual([[80, 23]]);
    expect(model.cost.tokensComputed).toBe(103);
  });

  it('shares no prefix where sequences are isolated', async () => {
    const context = Array.from({ length: 60 }, (_, index) => index % vocabulary);
    const groups = Array.from({ length: 9 }, (_, id) => [{ context: [...context, id % 5, id % 3], continuation: [1] }]);
    const isolated = { contextLength: 120, sharesPrefixes: true, isolatesSequences: true };
    const { executor } = await scoreAll(groups, 100, isolated);
    expect(executor.batches.every(({ prefix }) => prefix === undefined)).toBe(true);
  });

  it('refuses numbers that are not finite', async () => {
    const executor = toyExecutor({ vocabularySize: vocabulary });
    const broken = {
      ...executor,
      run: async (batch: Parameters<typeof executor.run>[0]) => ({
        ...(await executor.run(batch)),
        logProbabilities: new Float32Array(batch.targetIds.length).fill(NaN),
      }),
    };
    const run = async () => {
      for await (const results of createLanguageModel(broken).score([[{ context: [1], continuation: [2] }]]))
        expect(results).toBeUndefined();
    };
    await expect(run()).rejects.toMatchObject({ code: 'evaluator/non-finite' });
  });

  it('keeps questions within the budget whose choices are too long together', async () => {
    const context = [1, 2, 3, 4];
    const groups = [[0, 1, 2, 3].map((id) => ({ context, continuation: [id, 1, 2, 3, id, 0] }))];
    const { executor, results } = await scoreAll(groups, 16);
    for (const batch of executor.batches) expect(batch.rows * batch.rowLength).toBeLessThanOrEqual(16);
    groups[0]!.forEach((request, index) => expect(results[0]![index]).toMatchObject({ score: alone(request, 64) }));
  });

  it('gives results while later questions are still unread', async () => {
    let read = 0;
    function* endless() {
      for (;;) yield [{ context: [1, 2, 3], continuation: [read++ % vocabulary] }];
    }
    const model = createLanguageModel(toyExecutor({ vocabularySize: vocabulary }), { batchTokens: 12 });
    for await (const [result] of model.score(endless())) {
      expect(result).toHaveProperty('score');
      if (read > 200) break;
    }
  });

  it.each([
    [
      'the reader stops',
      async (results: AsyncIterable<unknown>) => {
        for await (const result of results) if (result) break;
      },
    ],
    [
      'the executor fails',
      async (results: AsyncIterable<unknown>) => {
        await expect(Array.fromAsync(results)).rejects.toThrow('out of order');
      },
    ],
  ])('closes its source where %s', async (title, consume) => {
    let isClosed = false;
    function* source() {
      try {
        for (;;) yield [{ context: [1, 2], continuation: [3] }];
      } finally {
        isClosed = true;
      }
    }
    const executor = toyExecutor({ vocabularySize: vocabulary });
    const failing =
      title === 'the executor fails' ? { ...executor, run: () => Promise.reject(new Error('out of order')) } : executor;
    await consume(createLanguageModel(failing, { batchTokens: 8 }).score(source()));
    expect(isClosed).toBe(true);
  });
});

/** The toy at every value: its log-probabilities times the value, so that points can be told apart. */
function toySweep(values: readonly number[], unresolved?: (batch: PackedBatch) => Uint8Array): SweepExecutor {
  const toy = toyExecutor({ vocabularySize: vocabulary });
  return {
    ...toy,
    values,
    async run(batch) {
      const output = await toy.run(batch);
      return values.map((value, point): BatchOutput => ({
        ...output,
        logProbabilities: output.logProbabilities.map((logProbability) => logProbability * value),
        ...(unresolved === undefined || point > 0 ? {} : { unresolved: unresolved(batch) }),
      }));
    },
  };
}

describe('createSweepModel', () => {
  it('gives every group the results of every point, in order, and packs once', async () => {
    await fc.assert(
      fc.asyncProperty(groupsOf, fc.integer({ min: 1, max: 60 }), async (groups, batchTokens) => {
        const { results: single, model } = await scoreAll(groups, batchTokens);
        const sweep = createSweepModel(toySweep([1, 0.5, 0]), { batchTokens });
        const results = await Array.fromAsync(sweep.score(groups));
        expect(results.map(([first]) => first)).toEqual(single);
        for (const [group, points] of results.entries()) {
          for (const [point, value] of sweep.values.entries()) {
            const scores = points[point]!.map((result) =>
              'score' in result ? result.score.tokenLogProbabilities : [],
            );
            const expected = single[group]!.map((result) =>
              'score' in result ? result.score.tokenLogProbabilities.map((each) => each * value) : [],
            );
            expect(scores).toEqual(expected);
          }
        }
        expect(sweep.cost).toEqual(model.cost);
      }),
      { numRuns: 50 },
    );
  });

  it('says at every point why a request has no score', async () => {
    const sweep = createSweepModel(toySweep([1, 2]));
    const [points] = await Array.fromAsync(sweep.score([[{ context: [1], continuation: [] }]]));
    expect(points).toEqual([0, 1].map(() => [{ unscorable: 'empty-continuation' }]));
  });

  it('runs a request again at all points where one of them is undecided', async () => {
    const branches = (batch: PackedBatch): Uint8Array =>
      Uint8Array.from(batch.subtreeEnds, (_, token) => (batch.subtreeEnds[0]! > token + 1 && token > 0 ? 1 : 0));
    const requests = [3, 4].map((id) => ({ context: [1, 2], continuation: [id, 0] }));
    const shared = createSweepModel(
      toySweep([1, 2], (batch) => (batch.rowLength > 3 ? branches(batch) : new Uint8Array(batch.tokenIds.length))),
    );
    const [points] = await Array.fromAsync(shared.score([requests]));
    requests.forEach((request, index) => expect(points![0]![index]).toMatchObject({ score: alone(request, 64) }));
    expect(points![1]!.length).toBe(2);
    expect(shared.cost.requestsRescored).toBeGreaterThan(0);
  });
});

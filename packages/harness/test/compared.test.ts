/**
 * Any variant beside any other on the tokens of tasks and corpora, against whole distributions of two separate runs. Those are
 * summed in float64, the graph's divergences in float32 over 4096 ids, each rounded at 1e-7: 1e-5 is left for them.
 */
import type { JudgedItem } from '@linchpin/evaluator';
import { modelFolder } from '@linchpin/model-mini';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Executor, Intervention, ResultRow, TokenRequest } from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Harness } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';

const tolerance = 1e-5;
const weights = [{ layer: 1, row: 100, column: 300 }];
const pruned: readonly Intervention[] = [pruneSuperWeight({ weights })];
const restored: readonly Intervention[] = [...pruned, restoreSuperActivation({ weights })];

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({ threads: 1 });
});
afterAll(() => harness.close());

/** ln p of every id after each token that a continuation is predicted at. */
async function distributions(executor: Executor, { context, continuation }: TokenRequest): Promise<Float32Array[]> {
  const { vocabularySize } = executor;
  const ids = [...context, ...continuation].slice(0, -1);
  const scored = Int32Array.from(continuation, (_, index) => context.length - 1 + index);
  const targets = Int32Array.from({ length: scored.length * vocabularySize }, (_, at) => at);
  const { logProbabilities } = await executor.run({
    rows: 1,
    rowLength: ids.length,
    tokenIds: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, position) => position),
    subtreeEnds: new Int32Array(ids.length).fill(ids.length),
    scoredTokens: scored,
    targetRows: targets.map((at) => Math.floor(at / vocabularySize)),
    targetIds: targets.map((at) => at % vocabularySize),
  });
  return [...scored].map((_, at) => logProbabilities.subarray(at * vocabularySize, (at + 1) * vocabularySize));
}

interface Figures {
  readonly tokens: number;
  readonly klDivergence: number;
  readonly sameTop: number;
  readonly deltaP: number;
}

async function expectedFigures(
  requests: readonly TokenRequest[],
  [own, reference]: readonly [readonly Intervention[], readonly Intervention[]],
): Promise<Figures> {
  const opened = await openDecoder(modelFolder);
  const open = async (interventions: readonly Intervention[]) =>
    await createExecutor(await layCheckpoint(opened, { interventions }), plainSession({ threads: 1 }));
  const executors = [await open(own), await open(reference)] as const;
  const sums = { tokens: 0, klDivergence: 0, sameTop: 0, deltaP: 0 };
  for (const request of requests) {
    const [changed, kept] = [await distributions(executors[0], request), await distributions(executors[1], request)];
    changed.forEach((q, at) => {
      const p = kept[at]!;
      sums.tokens++;
      p.forEach((value, id) => (sums.klDivergence += Math.exp(value) * (value - q[id]!)));
      if (top(p) === top(q)) sums.sameTop++;
      const id = request.continuation[at]!;
      sums.deltaP += Math.exp(q[id]!) - Math.exp(p[id]!);
    });
  }
  for (const executor of executors) await executor.release();
  const { tokens } = sums;
  return {
    tokens,
    klDivergence: sums.klDivergence / tokens,
    sameTop: sums.sameTop / tokens,
    deltaP: sums.deltaP / tokens,
  };
}

function top(distribution: Float32Array): number {
  return distribution.indexOf(Math.max(...distribution));
}

function valueOf(rows: readonly ResultRow[], metric: string): ResultRow {
  return rows.find((row) => row.metric === metric)!;
}

describe('a task beside a reference', () => {
  it.each([
    ['the original', pruned, []],
    ['another variant', [], pruned],
    ['a variant that asks for whole requests', restored, pruned],
  ] as const)('has the figures of its tokens: %s', { timeout: 60_000 }, async (_, interventions, reference) => {
    const model = await harness.open();
    const requests: TokenRequest[] = [];
    const { rows, notes } = await harness.evaluate(model, {
      tasks: ['piqa'],
      limit: 2,
      interventions,
      reference,
      onItem: (item: JudgedItem) => void requests.push(...item.requests.map(({ tokens }) => tokens)),
    });
    const expected = await expectedFigures(requests, [interventions, reference]);
    const kl = valueOf(rows, 'kl_divergence');
    expect(kl).toMatchObject({ items: expected.tokens, correct: null, task: 'piqa' });
    expect(kl.value).toBeGreaterThan(1e-3);
    expect(Math.abs(kl.value - expected.klDivergence)).toBeLessThan(tolerance);
    expect(valueOf(rows, 'same_top').value).toBeCloseTo(expected.sameTop, 12);
    expect(Math.abs(valueOf(rows, 'delta_p').value - expected.deltaP)).toBeLessThan(tolerance);
    expect(notes.join('\n')).toContain('Compared with');
    const alone = await harness.evaluate(model, { tasks: ['piqa'], limit: 2, interventions });
    expect(valueOf(rows, 'acc').value).toBe(valueOf(alone.rows, 'acc').value);
    expect(alone.rows.some(({ metric }) => metric === 'kl_divergence')).toBe(false);
  });
});

describe('a corpus beside a reference', () => {
  it('has the same ratio as the perplexities of both', { timeout: 60_000 }, async () => {
    const model = await harness.open();
    const options = { corpus: 'wikitext2', windows: 1, window: 64 } as const;
    const { rows } = await harness.perplexity(model, { ...options, interventions: pruned, reference: [] });
    const [[own], [other]] = (await Promise.all(
      [pruned, []].map(async (interventions) => (await harness.perplexity(model, { ...options, interventions })).rows),
    )) as [ResultRow[], ResultRow[]];
    // Logarithms of perplexities are means of what the tolerance is for; the ratio has two of them.
    const difference = (a: number, b: number): number => Math.abs(Math.log(a / b));
    expect(difference(valueOf(rows, 'perplexity').value, own!.value)).toBeLessThan(tolerance);
    const ratio = valueOf(rows, 'perplexity_ratio').value;
    expect(difference(ratio, own!.value / other!.value)).toBeLessThan(2 * tolerance);
    expect(valueOf(rows, 'kl_divergence').items).toBe(63);
  });
});

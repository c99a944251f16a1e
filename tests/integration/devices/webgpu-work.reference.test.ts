/**
 * What is done with models, on SwiftShader beside the CPU: interventions, sweeps, the search, writing, and the store. The model is small
 * and random, for SwiftShader computes some thirty tokens of the embedded one a second.
 */
import { join } from 'node:path';
import { type Harness, type InterventionSpecification, type OpenedModel, openHarness } from '@linchpin/harness';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { amplify, amplifyParameter } from '@linchpin/plugin-amplify';
import type { ResultRow } from '@linchpin/plugin-api';
import { chooseDevice, createSweepExecutor, findDevice, resolveSession } from '@linchpin/runtime';
import {
  describeSwiftShader,
  largestDifference,
  sequenceBatch,
  temporaryFolder,
  writeSmallModel,
} from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdWebgpu } from './hold-webgpu.ts';

const weights = [{ layer: 0, row: 3, column: 5 }];
const named = ['0:3:5'];

/** What is asked for, what executes its products, and how far log-likelihoods may lie apart, relative to themselves. */
interface Case {
  readonly interventions: readonly InterventionSpecification[];
  readonly execution?: string;
  readonly tolerance?: number;
}

/** Random models have no spikes of their own. */
const anySpike = { rule: 'absolute', inputAbove: 0, outputAbove: 0, explained: [-100, 100] } as const;

/** Float32 in another order. */
const rounding = 1e-6;
/** A code that lies between two levels may be rounded to either. */
const codes = 1e-3;

const cases: Readonly<Record<string, Case>> = {
  'no intervention': { interventions: [] },
  'a super weight that is pruned': { interventions: [of('prune-super-weight', { weights: named })] },
  'a super activation that is restored': {
    interventions: [of('prune-super-weight', { weights: named }), of('restore-super-activation', { weights: named })],
  },
  'outliers that are pruned': { interventions: [of('prune-outliers', { fraction: 0.01, keep: named })] },
  'a super weight times 50': { interventions: [of('amplify', { factor: 50, weights: named })] },
  'weights of 4 bits': { interventions: [of('quantize-weights', { block: 'channel' })] },
  'blocks of 4 bits': { interventions: [of('quantize-blocks', { holdOut: named })], execution: 'int4-blocks' },
  '8 bits, simulated': {
    interventions: [of('quantize', { preset: 'paper-ours', execution: 'simulated' })],
    execution: 'int8-simulated',
    tolerance: codes,
  },
};

function of(name: string, settings: object): InterventionSpecification {
  return { name, settings: JSON.parse(JSON.stringify(settings)) };
}

describeSwiftShader('work on webgpu', () => {
  holdWebgpu();
  const folder = temporaryFolder();

  beforeAll(async () => {
    await writeSmallModel(folder);
  });

  /** The same on the CPU and on WebGPU. */
  async function onBoth<T>(work: (harness: Harness, model: OpenedModel) => Promise<T>): Promise<readonly [T, T]> {
    const results: T[] = [];
    for (const device of ['cpu', 'webgpu'] as const) {
      await using harness = await openHarness({ device, threads: 1, datasets: 'mini' });
      results.push(await work(harness, await harness.open(folder)));
    }
    return [results[0]!, results[1]!];
  }

  describe('interventions', () => {
    it.each(Object.entries(cases))('%s', async (_, { interventions, execution = 'float32', tolerance = rounding }) => {
      const [cpu, webgpu] = await onBoth(async (harness, model) => {
        const scores: number[] = [];
        const { rows } = await harness.evaluate(model, {
          tasks: ['piqa'],
          limit: 2,
          interventions,
          onItem: ({ requests }) =>
            void scores.push(...requests.map(({ result }) => ('score' in result ? result.score.logLikelihood : NaN))),
        });
        return { rows, scores };
      });
      expect(webgpu.rows.map(({ correct }) => correct)).toEqual(cpu.rows.map(({ correct }) => correct));
      expect(webgpu.rows.map(({ device }) => device)).toEqual(['webgpu', 'webgpu']);
      expect(webgpu.rows[0]!.execution).toBe(execution);
      expect(webgpu.scores).toHaveLength(4);
      for (const [index, score] of webgpu.scores.entries())
        expect(Math.abs(score / cpu.scores[index]! - 1)).toBeLessThan(tolerance);
    });

    it('simulates 8 bits where nothing is said of it, and says so', async () => {
      const remarks: string[] = [];
      await using harness = await openHarness({
        device: 'webgpu',
        threads: 1,
        datasets: 'mini',
        reporter: { remark: (text) => void remarks.push(text) },
      });
      const { rows } = await harness.evaluate(await harness.open(folder), {
        tasks: ['piqa'],
        limit: 1,
        interventions: ['quantize'],
      });
      expect(rows[0]).toMatchObject({ device: 'webgpu', execution: 'int8-simulated' });
      expect(remarks).toContainEqual(expect.stringMatching(/^quantize: device webgpu .*"simulated"/));
    });
  });

  it('sweeps over a factor, cut in two graphs', async () => {
    const decoder = await openDecoder(folder);
    const device = await chooseDevice('webgpu');
    const ids = Array.from({ length: 12 }, (_, index) => 7 + 311 * index);
    const points = { parameter: amplifyParameter, values: [0, 1, 50] };
    const outputs = [];
    for (const on of [undefined, device]) {
      const kernels = on === undefined ? {} : { kernels: findDevice(on.name).kernels };
      const laid = await layCheckpoint(decoder, { interventions: [amplify({ factor: 1, weights })], ...kernels });
      const executor = await createSweepExecutor(laid, points, resolveSession(laid, { device: on, threads: 1 }));
      outputs.push(await executor.run(sequenceBatch(ids, 64)));
      await executor.release();
    }
    const [cpu, webgpu] = outputs;
    expect(largestDifference(cpu![0]!.logProbabilities, cpu![2]!.logProbabilities)).toBeGreaterThan(1e-3);
    for (const [point, { logProbabilities, greedyIds }] of webgpu!.entries()) {
      expect(largestDifference(logProbabilities, cpu![point]!.logProbabilities)).toBeLessThan(1e-5);
      expect(greedyIds).toEqual(cpu![point]!.greedyIds);
    }
  });

  it('finds the same candidates with the same effects', async () => {
    const text = { name: 'a text', content: 'Winter is cold, and the lake is frozen over.' };
    const [cpu, webgpu] = await onBoth(
      async (harness, model) =>
        await harness.find(model, { ...anySpike, prompt: 'Summer is hot.', text, limit: 2, controls: 1 }),
    );
    expect(webgpu.rounds.map(({ found }) => found.map(({ layer, row, column }) => [layer, row, column]))).toEqual(
      cpu.rounds.map(({ found }) => found.map(({ layer, row, column }) => [layer, row, column])),
    );
    expect(cpu.confirmation.candidates).toHaveLength(2);
    expect(Math.abs(webgpu.confirmation.nll - cpu.confirmation.nll)).toBeLessThan(1e-5);
    for (const [index, { effect }] of webgpu.confirmation.candidates.entries())
      expect(Math.abs(effect - cpu.confirmation.candidates[index]!.effect)).toBeLessThan(1e-5);
  });

  it.each([
    ['greedily', {}],
    ['by beams', { beams: 2 }],
    ['by draws', { temperature: 1, seed: 5 }],
  ])('writes the same texts %s', async (_, decoding) => {
    const [cpu, webgpu] = await onBoth(async (harness, model) => {
      const { texts } = await harness.generate(model, {
        prompts: ['Summer is hot.', 'Winter'],
        maxTokens: 4,
        interventions: [of('prune-super-weight', { weights: named })],
        ...decoding,
      });
      return texts.map(({ text }) => text);
    });
    expect(webgpu).toEqual(cpu);
    expect(webgpu).toHaveLength(4);
  });

  it('never answers with what another device gave, though both share a store', async () => {
    const store = join(folder, 'store');
    const evaluate = async (device: 'cpu' | 'webgpu'): Promise<readonly [readonly ResultRow[], string]> => {
      const asides: string[] = [];
      const reporter = { begin: () => ({ part: partWith(asides) }) };
      await using harness = await openHarness({ device, threads: 1, datasets: 'mini', store, reporter });
      const { rows } = await harness.evaluate(await harness.open(folder), { tasks: ['piqa'], limit: 1 });
      return [rows, asides.join()];
    };
    const [onCpu, fromNothing] = await evaluate('cpu');
    const [onWebgpu, besideCpu] = await evaluate('webgpu');
    const [again, fromWebgpu] = await evaluate('webgpu');
    const [, fromCpu] = await evaluate('cpu');
    expect([fromNothing, besideCpu]).toEqual(['', '']);
    expect([fromWebgpu, fromCpu]).toEqual(Array(2).fill(expect.stringContaining('1 of 1 batches from the store')));
    expect(onWebgpu[0]!.engine).not.toBe(onCpu[0]!.engine);
    expect(again.map(({ value }) => value)).toEqual(onWebgpu.map(({ value }) => value));
  });
});

/** Does the work, and notes what is said behind its time. */
function partWith(asides: string[]) {
  return async <T>(
    _label: string,
    _total: number,
    work: (step: () => void) => Promise<T>,
    aside?: () => string,
  ): Promise<T> => {
    const result = await work(() => {});
    const said = aside?.() ?? '';
    if (said !== '') asides.push(said);
    return result;
  };
}

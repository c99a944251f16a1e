/** A sweep over a run-time number on the embedded model: its points against single evaluations, and what the cut graph computes. */
import { join } from 'node:path';
import { createLanguageModel, createSweepModel, evaluateTask, sweepTask } from '@linchpin/evaluator';
import { folderData, openCorpus, openHarness, openTaskData } from '@linchpin/harness';
import { folderTexts, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import { printGraph, splitByDependence, verifyGraph } from '@linchpin/onnx';
import { perplexityOf, sweepPerplexity } from '@linchpin/perplexity';
import { type DecoderGraph, parameterInput } from '@linchpin/plugin-api';
import { amplify, amplifyParameter } from '@linchpin/plugin-amplify';
import { createExecutor, createSweepExecutor } from '@linchpin/runtime';
import { findTask } from '@linchpin/tasks';
import { repositoryRoot } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

const miniData = folderData(join(repositoryRoot, 'datasets/mini'));
const mini = join(repositoryRoot, 'models/mini');
const weights = [{ layer: 1, row: 100, column: 300 }];
const factors = [0, 0.4, 1, 1.5];

async function layMini(factor: number): Promise<DecoderGraph> {
  return await layCheckpoint(await openDecoder(mini), { interventions: [amplify({ factor, weights })] });
}

describe('a sweep equals single evaluations', () => {
  it('of a run-time number that the model has', async () => {
    const decoder = await layMini(1);
    await expect(createSweepExecutor(decoder, { parameter: 'amplifier', values: [1] })).rejects.toMatchObject({
      code: 'runtime/unknown-parameter',
    });
  });

  it('of tasks, answer by answer', async () => {
    const tokenizer = await loadTokenizer(folderTexts(mini), { vocabularySize: 4096 });
    const executor = await createSweepExecutor(await layMini(1), { parameter: amplifyParameter, values: factors });
    for (const name of ['arc_easy', 'lambada_openai']) {
      const data = await openTaskData(findTask(name), { data: miniData, limit: 20 });
      const questions = data.encoded({ tokenizer, bos: 'always' });
      const settings = { task: data.task, questions, bootstrapReplicates: 10 };
      const points = await sweepTask({ ...settings, model: createSweepModel(executor) });
      for (const [point, factor] of factors.entries()) {
        const single = await createExecutor(await layMini(factor));
        const expected = await evaluateTask({ ...settings, model: createLanguageModel(single) });
        await single.release();
        expect(points[point]!.metrics.map(({ correct }) => correct)).toEqual(
          expected.metrics.map(({ correct }) => correct),
        );
        for (const [index, { value }] of expected.metrics.entries())
          expect(points[point]!.metrics[index]!.value / (value || 1)).toBeCloseTo(value === 0 ? 0 : 1, 4);
      }
    }
    await executor.release();
  });

  it('of a corpus, within 1e-5 of the mean negative log-likelihood', async () => {
    const harness = await openHarness();
    const { text } = await openCorpus(await harness.open(), 'c4', { data: miniData });
    await harness.close();
    const executor = await createSweepExecutor(await layMini(1), { parameter: amplifyParameter, values: factors });
    const points = await sweepPerplexity(createSweepModel(executor), text, { limit: 3 });
    await executor.release();
    for (const [point, factor] of factors.entries()) {
      const single = await createExecutor(await layMini(factor));
      const expected = await perplexityOf(createLanguageModel(single), text, { limit: 3 });
      await single.release();
      const { nll, ...others } = points[point]!;
      expect(Math.abs(nll / expected.nll - 1)).toBeLessThan(1e-5);
      expect(others).toMatchObject({ idsSha256: expected.idsSha256, predictions: expected.predictions });
    }
  });
});

describe('the decoder graph, cut where the factor begins to matter', () => {
  it('has every product of a weight in one half, those of the layers before the super weight in the first', async () => {
    const { graph } = await layMini(1);
    const { before, after } = splitByDependence(graph, parameterInput(amplifyParameter));
    expect([before, after].map(verifyGraph)).toEqual([[], []]);
    const products = (half: typeof graph): string[] =>
      half.nodes.filter(({ operator }) => operator === 'Gemm').map(({ outputs }) => outputs[0]!);
    expect([...products(before), ...products(after)].toSorted()).toEqual(products(graph).toSorted());
    // Seven products a layer; that of the one row that is scaled, and the head, come behind the cut.
    expect(products(before)).toHaveLength(2 * 7);
    expect(products(after)).toHaveLength(6 * 7 + 2);
  });

  it('takes no weight across the cut', async () => {
    const { graph } = await layMini(1);
    const { before, after, carried } = splitByDependence(graph, parameterInput(amplifyParameter));
    const weightNames = new Set(graph.initializers.map(({ value }) => value.name.replace(/:float32$/, '')));
    for (const { name, shape } of carried) {
      expect(weightNames).not.toContain(name.replace(/:float32$/, ''));
      expect(shape.some((size) => typeof size === 'string') || shape.length === 1).toBe(true);
    }
    expect(printGraph(before)).not.toContain('model.layers.2.');
    expect(printGraph(after)).not.toContain('model.layers.0.');
  });
});

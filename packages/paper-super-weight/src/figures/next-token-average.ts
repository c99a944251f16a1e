/**
 * What follows LAMBADA's passages when their last word is left out, on average: one prompt at a time, the distribution
 * of the last position, averaged over the prompts (mengxiayu/LLMSuperWeight, analyze.py, plot_token_probs). Softmax in
 * float32 and the average in float64, where the reference does both in the model's own type.
 */
import { sequenceBatch } from '@linchpin/evaluator';
import { type Chain, layingOptions, openExecutor, type Progress, type RunContext } from '@linchpin/execution';
import { type ModelData, type OpenedModel, openTaskData } from '@linchpin/harness';
import { layCheckpoint } from '@linchpin/models';
import type { Executor } from '@linchpin/plugin-api';
import { findTask } from '@linchpin/tasks';

export interface Passages {
  /** Token ids of every prompt. */
  readonly prompts: readonly (readonly number[])[];
  readonly dataset: string;
  readonly notes: readonly string[];
}

/** The first passages of the data set; a longer one than the context loses its beginning. */
export async function openPassages(
  { tokenizer, config }: Pick<OpenedModel, 'tokenizer' | 'config'>,
  options: { readonly data: ModelData; readonly limit: number },
): Promise<Passages> {
  const data = await openTaskData(findTask('lambada_openai'), options);
  const prompts: (readonly number[])[] = [];
  for await (const { question } of data.questions()) {
    const ids = question.kind === 'last-word' ? tokenizer.encodeWithSpecialTokens(question.context) : [];
    // Without a single token there is no last position.
    if (ids.length > 0) prompts.push(ids.slice(-config.contextLength));
  }
  return { prompts, dataset: data.dataset, notes: data.notes };
}

export interface AverageRun {
  readonly context: RunContext;
  readonly progress: Progress;
}

/** Average probability of every id of the vocabulary. */
export async function nextTokenAverage(
  model: Pick<OpenedModel, 'family' | 'config' | 'tensors' | 'checkpoint'>,
  { label, interventions }: Chain,
  { prompts, context, progress }: AverageRun & Pick<Passages, 'prompts'>,
): Promise<Float64Array> {
  const decoder = await layCheckpoint(model, { interventions, ...layingOptions(context) });
  const executor = await openExecutor(decoder, { checkpoint: model.checkpoint, chain: { interventions }, context });
  try {
    const average = new Float64Array(executor.vocabularySize);
    await progress.part(`${label} · next tokens`, prompts.length, async (step) => {
      for (const ids of prompts) {
        context.signal.throwIfAborted();
        const logProbabilities = await lastDistribution(executor, ids);
        for (let id = 0; id < average.length; id++) average[id]! += Math.exp(logProbabilities[id]!) / prompts.length;
        step();
      }
    });
    return average;
  } finally {
    await executor.release();
  }
}

/** ln p of every id behind the last token: a graph gives the probabilities that it is asked for, so all are. */
async function lastDistribution(executor: Executor, ids: readonly number[]): Promise<Float32Array> {
  const everyId = Int32Array.from({ length: executor.vocabularySize }, (_, id) => id);
  const tokens = new Int32Array(everyId.length).fill(ids.length - 1);
  return (await executor.run(sequenceBatch(ids, { tokens, ids: everyId }))).logProbabilities;
}

/** Ids in descending order of probability, the smaller one first on ties. */
export function likeliest(probabilities: Float64Array, count: number): number[] {
  return [...probabilities.keys()].toSorted((a, b) => probabilities[b]! - probabilities[a]! || a - b).slice(0, count);
}

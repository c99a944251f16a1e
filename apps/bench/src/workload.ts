/** The work that is timed: the first items of six tasks, all log-likelihoods kept so that results can be compared. */
import { createLanguageModel, evaluateTask } from '@linchpin/evaluator';
import { type Decoder, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import type { BosRule, ScoringCost } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import { findTask, loadQuestions } from '@linchpin/tasks';

export const workloadTasks: readonly string[] = [
  'arc_easy',
  'hellaswag',
  'piqa',
  'sciq',
  'winogrande',
  'lambada_openai',
];

export interface WorkloadOptions {
  readonly model: string;
  readonly datasets: string;
  readonly items: number;
  readonly bos: BosRule;
  readonly batchTokens: number;
  readonly threads?: number;
}

export interface WorkloadResult {
  /** Seconds from files to an open session, and from the first text to the last log-likelihood, tokenizing included. */
  readonly secondsOpening: number;
  readonly secondsScoring: number;
  readonly cost: ScoringCost;
  /** Floating-point operations of the products with weights. */
  readonly matrixFlops: number;
  /** By task, item and choice. */
  readonly logLikelihoods: ReadonlyMap<string, number>;
}

export async function runWorkload(options: WorkloadOptions): Promise<WorkloadResult> {
  const opening = performance.now();
  const decoder = await openDecoder(options.model);
  const { config } = decoder;
  const tokenizer = await loadTokenizer(options.model, { vocabularySize: config.vocabularySize });
  const executor = await createExecutor(
    await layCheckpoint(decoder),
    options.threads === undefined ? {} : { threads: options.threads },
  );
  const model = createLanguageModel(executor, { batchTokens: options.batchTokens });
  const scoring = performance.now();
  const logLikelihoods = new Map<string, number>();
  for (const name of workloadTasks) {
    const task = findTask(name);
    await evaluateTask({
      task,
      questions: loadQuestions(task, options.datasets, { limit: options.items }),
      model,
      tokenizer,
      bos: options.bos,
      bootstrapReplicates: 2,
      onItem: (item) =>
        item.requests.forEach(({ result }, choice) => {
          if ('score' in result) logLikelihoods.set(`${name}/${item.docId}/${choice}`, result.score.logLikelihood);
        }),
    });
  }
  const done = performance.now();
  await executor.release();
  return {
    secondsOpening: (scoring - opening) / 1000,
    secondsScoring: (done - scoring) / 1000,
    cost: model.cost,
    matrixFlops: matrixFlops(decoder, model.cost),
    logLikelihoods,
  };
}

/** Behind the last attention and in the head only the tokens are computed whose distribution is read. */
function matrixFlops({ tensors, config, family }: Decoder, cost: ScoringCost): number {
  let flops = 2 * config.hiddenSize * config.vocabularySize * cost.logitRowsComputed;
  const lastLayer = `.${config.layers - 1}.`;
  for (const name of family.layerMatrices(config)) {
    const elements = tensors.get(name)!.shape.reduce((product, size) => product * size, 1);
    const isBehindLastAttention = name.includes(lastLayer) && !/[qkv]_proj/.test(name);
    flops += 2 * elements * (isBehindLastAttention ? cost.logitRowsComputed : cost.tokensComputed);
  }
  return flops;
}

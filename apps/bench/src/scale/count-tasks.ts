/** How many tokens a task has and how many of them are computed, counted without a model. */
import { manifest } from '@linchpin/datasets';
import { scoringBatchTokens } from '@linchpin/defaults';
import { createLanguageModel, EncodedQuestions, evaluateTask } from '@linchpin/evaluator';
import type { Executor, Tokenizer } from '@linchpin/plugin-api';
import { findTask, loadQuestions } from '@linchpin/tasks';

/** Counts of a whole task, scaled up from its first items where not all were counted. */
export interface TaskCount {
  readonly task: string;
  readonly items: number;
  readonly itemsCounted: number;
  readonly tokensAsked: number;
  /** Padding included. */
  readonly tokensComputed: number;
  /** Tokens whose distribution over the vocabulary is computed. */
  readonly scoredTokens: number;
  /** Pairs of tokens that attention pays for: the sum over rows of their length squared. */
  readonly attendedPairs: number;
}

export interface CountOptions {
  readonly datasets: string;
  readonly tokenizer: Tokenizer;
  readonly contextLength: number;
  /** First items of a task that are counted. */
  readonly items: number;
}

/** No BOS, as in the paper's runs. */
export async function countTask(name: string, options: CountOptions): Promise<TaskCount> {
  const { datasets, tokenizer, contextLength, items } = options;
  const task = findTask(name);
  const executor = new CountingExecutor(contextLength, tokenizer.vocabularySize);
  const model = createLanguageModel(executor, { batchTokens: scoringBatchTokens });
  let itemsCounted = 0;
  await evaluateTask({
    task,
    questions: new EncodedQuestions(() => loadQuestions(task, datasets, { limit: items }), { tokenizer, bos: 'never' }),
    model,
    bootstrapReplicates: 2,
    onItem: () => itemsCounted++,
  });
  const rows = manifest[task.dataset]?.rows ?? itemsCounted;
  const whole = (count: number): number => Math.round((count * rows) / itemsCounted);
  return {
    task: name,
    items: rows,
    itemsCounted,
    tokensAsked: whole(model.cost.tokensAsked),
    tokensComputed: whole(model.cost.tokensComputed),
    scoredTokens: whole(model.cost.logitRowsComputed),
    attendedPairs: whole(executor.attendedPairs),
  };
}

/** Gives the same probability to everything. */
class CountingExecutor implements Executor {
  readonly contextLength: number;
  readonly vocabularySize: number;
  attendedPairs = 0;

  constructor(contextLength: number, vocabularySize: number) {
    this.contextLength = contextLength;
    this.vocabularySize = vocabularySize;
  }

  async run({ rows, rowLength, targetIds, scoredTokens }: Parameters<Executor['run']>[0]): ReturnType<Executor['run']> {
    this.attendedPairs += rows * rowLength ** 2;
    return {
      logProbabilities: new Float32Array(targetIds.length).fill(-1),
      greedyIds: new Int32Array(scoredTokens.length),
      activations: new Map(),
    };
  }

  async release(): Promise<void> {}
}

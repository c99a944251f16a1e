/** What a run costs in floating-point operations, and how long that takes at a speed that was measured elsewhere. */
import type { TaskCount } from './count-tasks.ts';

/** The dimensions of a LLaMA that its cost depends on. */
export interface CostedShape {
  readonly layers: number;
  readonly hidden: number;
  readonly keyValueShare: number;
  readonly intermediate: number;
  readonly vocabulary: number;
}

/** huggyllama/llama-7b, from its config.json. */
export const llama7b: CostedShape = {
  layers: 32,
  hidden: 4096,
  keyValueShare: 1,
  intermediate: 11008,
  vocabulary: 32000,
};

/** Table 1 has four rows, which share nothing: every row is another model. */
export const table1Rows = 4;

/** Windows of 2048 tokens of which every token is scored: GPTQ's protocol with LLaMA's tokenizer. */
export const table1Windows = { wikitext2: 166, c4: 256 } as const;
export const windowTokens = 2048;

/** The perplexities of a row of Table 1, counted as a task. */
export function perplexityCount(): TaskCount {
  const windows = table1Windows.wikitext2 + table1Windows.c4;
  const tokens = windows * windowTokens;
  return {
    task: 'WikiText-2 and C4',
    items: windows,
    itemsCounted: windows,
    tokensAsked: tokens,
    tokensComputed: tokens,
    scoredTokens: tokens,
    attendedPairs: windows * windowTokens ** 2,
  };
}

export interface Operations {
  /** Products with weights, the output head included. */
  readonly weights: number;
  /** Products of queries with keys and of probabilities with values. */
  readonly attention: number;
}

/** Two operations a multiplication and addition. Behind the last attention only scored tokens are computed. */
export function operationsOf(
  count: Omit<TaskCount, 'task' | 'items' | 'itemsCounted'>,
  shape: CostedShape,
): Operations {
  const { layers, hidden, keyValueShare, intermediate, vocabulary } = shape;
  const keysAndValues = 2 * hidden * hidden * keyValueShare;
  const before = hidden * hidden + keysAndValues;
  const behind = hidden * hidden + 3 * hidden * intermediate;
  return {
    weights:
      2 * (layers * before + (layers - 1) * behind) * count.tokensComputed +
      2 * (behind + hidden * vocabulary) * count.scoredTokens,
    attention: 4 * layers * hidden * count.attendedPairs,
  };
}

export function totalOperations(counts: readonly TaskCount[], shape: CostedShape): number {
  return counts.reduce((sum, count) => {
    const { weights, attention } = operationsOf(count, shape);
    return sum + weights + attention;
  }, 0);
}

/** Speeds of one thread and of all, in any unit. */
export interface Scaling {
  readonly one: number;
  readonly all: number;
  readonly threads: number;
}

/**
 * Speed on more cores than there are: every doubling multiplies it by `2 × efficiency`, where the efficiency of a doubling
 * is what was measured from one thread to `threads`.
 */
export function speedOnCores(cores: number, scaling: Scaling): number {
  return scaling.one * (2 * doublingEfficiency(scaling)) ** Math.log2(cores);
}

/** At most 1: what is more comes of a machine that others use too. */
export function doublingEfficiency({ one, all, threads }: Scaling): number {
  return threads === 1 ? 1 : Math.min(1, (all / one) ** (1 / Math.log2(threads)) / 2);
}

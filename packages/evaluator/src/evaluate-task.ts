/** Runs the questions of one task through a model, item by item, and reduces them to the task's metrics. */
import type {
  BosRule,
  LanguageModel,
  MetricName,
  Question,
  RequestResult,
  Task,
  TokenRequest,
  Tokenizer,
  TokenScore,
  Unscorable,
} from '@linchpin/plugin-api';
import { PairEncoder } from './encode-pair.ts';
import { noItems } from './errors.ts';
import { type Answer, judge, type TextPair, textPairs } from './score-question.ts';
import { MetricTally } from './metric-tally.ts';

/** One item as it comes out of a data set. */
export interface LoadedQuestion {
  /** Row of the data file, from 0. */
  readonly docId: number;
  readonly question: Question;
}

export interface TaskRun {
  readonly task: Pick<Task, 'name' | 'version' | 'metrics'>;
  readonly questions: AsyncIterable<LoadedQuestion> | Iterable<LoadedQuestion>;
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly bos: BosRule;
  /** Replicates of the bootstrap behind a perplexity's standard error; 100 000 as lm-evaluation-harness when absent. */
  readonly bootstrapReplicates?: number;
  /** Called for every item, in order, as soon as it is judged. */
  readonly onItem?: (item: JudgedItem) => void;
}

/** One item with everything that was asked and answered. */
export interface JudgedItem {
  readonly docId: number;
  readonly question: Question;
  readonly requests: readonly ScoredPair[];
  /** Absent where a request of the item has no score. */
  readonly answer?: Answer;
  readonly skipped?: Unscorable;
}

export interface ScoredPair extends TextPair {
  readonly tokens: TokenRequest;
  /** Tokens dropped at the left because the request is longer than the model's context. */
  readonly tokensCut: number;
  readonly result: RequestResult;
}

export interface MetricValue {
  readonly metric: MetricName;
  readonly value: number;
  readonly standardError: number | null;
  /** Right answers; null for metrics that count nothing. */
  readonly correct: number | null;
}

export interface TaskResult {
  readonly task: string;
  readonly version: number;
  /** Items that have an answer. */
  readonly items: number;
  /** Items that have none, with the reason. */
  readonly skipped: readonly { readonly docId: number; readonly reason: Unscorable }[];
  readonly metrics: readonly MetricValue[];
}

/** Scores every question once; memory does not grow with their number beyond a few numbers an item. */
export async function evaluateTask(run: TaskRun): Promise<TaskResult> {
  const encoder = new PairEncoder(run.tokenizer, run.bos);
  const waiting: EncodedQuestion[] = [];
  const tally = new MetricTally();
  const skipped: { docId: number; reason: Unscorable }[] = [];
  for await (const results of run.model.score(encodeQuestions(run.questions, encoder, waiting))) {
    const item = judgeItem(waiting.shift()!, results, run.model.contextLength);
    if (item.answer === undefined) skipped.push({ docId: item.docId, reason: item.skipped! });
    else tally.add(item.answer, scoresOf(item));
    run.onItem?.(item);
  }
  if (tally.items === 0) throw noItems(run.task.name, skipped.length);
  return {
    task: run.task.name,
    version: run.task.version,
    items: tally.items,
    skipped,
    metrics: run.task.metrics.map((metric) => tally.metric(metric, run.bootstrapReplicates)),
  };
}

interface EncodedQuestion extends LoadedQuestion {
  readonly pairs: readonly TextPair[];
  readonly tokens: readonly TokenRequest[];
}

async function* encodeQuestions(
  questions: AsyncIterable<LoadedQuestion> | Iterable<LoadedQuestion>,
  encoder: PairEncoder,
  waiting: EncodedQuestion[],
): AsyncGenerator<readonly TokenRequest[]> {
  for await (const { docId, question } of questions) {
    const pairs = textPairs(question);
    const tokens = pairs.map(({ context, continuation }) => encoder.encode(context, continuation));
    waiting.push({ docId, question, pairs, tokens });
    yield tokens;
  }
}

function judgeItem(encoded: EncodedQuestion, results: readonly RequestResult[], contextLength: number): JudgedItem {
  const { docId, question, pairs, tokens } = encoded;
  const requests = pairs.map((pair, index): ScoredPair => {
    const request = tokens[index]!;
    const tokensCut = Math.max(0, request.context.length + request.continuation.length - 1 - contextLength);
    return { ...pair, tokens: request, tokensCut, result: results[index]! };
  });
  const failed = results.find((result) => 'unscorable' in result);
  if (failed !== undefined && 'unscorable' in failed) return { docId, question, requests, skipped: failed.unscorable };
  return { docId, question, requests, answer: judge(question, scoresOf({ requests })) };
}

function scoresOf({ requests }: Pick<JudgedItem, 'requests'>): TokenScore[] {
  return requests.flatMap(({ result }) => ('score' in result ? [result.score] : []));
}

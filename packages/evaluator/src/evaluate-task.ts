/** Runs the questions of one task through a model, item by item, and reduces them to the task's metrics. */
import { internalError } from '@linchpin/errors';
import type {
  LanguageModel,
  Question,
  RequestResult,
  SweepModel,
  Task,
  TokenRequest,
  TokenScore,
  Unscorable,
} from '@linchpin/plugin-api';
import type { EncodedQuestion } from './encoded-questions.ts';
import { noItems } from './errors.ts';
import { type Answer, judge, type TextPair } from './score-question.ts';
import { type Bootstrap, MetricTally, type MetricValue } from './metric-tally.ts';

export interface TaskRun {
  readonly task: Pick<Task, 'name' | 'version' | 'metrics'>;
  readonly questions: AsyncIterable<EncodedQuestion>;
  readonly model: LanguageModel;
  /** Replicates of the bootstrap behind a perplexity's standard error; 100 000 as lm-evaluation-harness when absent. */
  readonly bootstrapReplicates?: number;
  /** In the place of metrics' `bootstrapPerplexityError`, for those who remember what it gave. */
  readonly bootstrap?: Bootstrap;
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

export interface TaskResult {
  readonly task: string;
  readonly version: number;
  /** Items that have an answer. */
  readonly items: number;
  /** Items that have none, with the reason. */
  readonly skipped: readonly { readonly docId: number; readonly reason: Unscorable }[];
  readonly metrics: readonly MetricValue[];
}

/** The same at several points at once. */
export interface TaskSweep extends Omit<TaskRun, 'model' | 'onItem'> {
  readonly model: SweepModel;
  /** Called for every item and point; `point` is an index into the model's values. */
  readonly onItem?: (item: JudgedItem, point: number) => void;
}

/** Scores every question once; memory does not grow with their number beyond a few numbers an item. */
export async function evaluateTask(run: TaskRun): Promise<TaskResult> {
  const reader = new QuestionReader(run);
  const score = new TaskScore(run);
  for await (const results of run.model.score(reader.groups())) {
    const item = judgeItem(reader.next(), results, run.model.contextLength);
    score.add(item);
    run.onItem?.(item);
  }
  return score.finish();
}

/** Scores every question at every point of a sweep; one result a point. */
export async function sweepTask(run: TaskSweep): Promise<TaskResult[]> {
  const reader = new QuestionReader(run);
  const scores = run.model.values.map(() => new TaskScore(run));
  for await (const points of run.model.score(reader.groups())) {
    const question = reader.next();
    for (const [point, score] of scores.entries()) {
      const item = judgeItem(question, points[point]!, run.model.contextLength);
      score.add(item);
      run.onItem?.(item, point);
    }
  }
  return scores.map((score) => score.finish());
}

/** Hands out the requests of questions and keeps the questions whose results are still to come. */
class QuestionReader {
  readonly #questions: TaskRun['questions'];
  readonly #waiting: EncodedQuestion[] = [];

  constructor({ questions }: Pick<TaskRun, 'questions'>) {
    this.#questions = questions;
  }

  async *groups(): AsyncGenerator<readonly TokenRequest[]> {
    for await (const question of this.#questions) {
      this.#waiting.push(question);
      yield question.tokens;
    }
  }

  /** The question that the next results belong to. */
  next(): EncodedQuestion {
    const question = this.#waiting.shift();
    if (question === undefined) throw internalError('results without their question');
    return question;
  }
}

type Scoring = Pick<TaskRun, 'task' | 'bootstrapReplicates' | 'bootstrap'>;

/** What the items of a task amount to. */
class TaskScore {
  readonly #run: Scoring;
  readonly #tally = new MetricTally();
  readonly #skipped: { docId: number; reason: Unscorable }[] = [];

  constructor(run: Scoring) {
    this.#run = run;
  }

  add(item: JudgedItem): void {
    if (item.answer === undefined) this.#skipped.push({ docId: item.docId, reason: item.skipped! });
    else this.#tally.add(item.answer, scoresOf(item));
  }

  finish(): TaskResult {
    const { task, bootstrapReplicates: replicates, bootstrap } = this.#run;
    if (this.#tally.items === 0) throw noItems(task.name, this.#skipped.length);
    return {
      task: task.name,
      version: task.version,
      items: this.#tally.items,
      skipped: this.#skipped,
      metrics: task.metrics.map((metric) => this.#tally.metric(metric, { replicates, bootstrap })),
    };
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

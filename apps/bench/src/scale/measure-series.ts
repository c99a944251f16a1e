/** The series of measurements, each of which varies one thing. */
import { stderr } from 'node:process';
import { matrixSpeed, plainSession, threadsFor } from '@linchpin/runtime';
import { scoringBatchTokens } from '@linchpin/defaults';
import { type ExecutionName, executionNames } from '../executions.ts';
import { measure, type Measurement } from '../measure.ts';
import type { SyntheticWork } from '../synthetic-questions.ts';
import type { ScalePoint, ScaleRecord } from './record.ts';
import { type Attempt, type TakeAttempt, takeSeries } from './take-series.ts';

/** A checkpoint by the folder it lies in. */
export interface Checkpoint {
  readonly name: string;
  readonly folder: string;
}

/** Tokens of one point where their number is not what is varied: a full batch. */
const tokensOfPoint = 2048;

/** One point, before it is measured. */
interface PointWork {
  readonly x: (measurement: Measurement) => number;
  readonly checkpoint: Checkpoint;
  readonly work: SyntheticWork;
  readonly execution?: ExecutionName;
  readonly threads?: number;
}

export interface SeriesOptions {
  readonly encodedFolder: string;
  readonly threads?: number | undefined;
  /** Measurements of every point, of which the best counts. */
  readonly rounds: number;
}

/** Measures every point beside the speed of a plain product. */
export class SeriesMeter {
  readonly #encodedFolder: string;
  readonly #threads: number;
  readonly #rounds: number;

  constructor(options: SeriesOptions) {
    this.#encodedFolder = options.encodedFolder;
    this.#threads = threadsFor(options.threads);
    this.#rounds = options.rounds;
  }

  /** Powers of ten up to `most`. */
  async requests(checkpoint: Checkpoint, most: number): Promise<ScalePoint[]> {
    const points: PointWork[] = [];
    for (let requests = 1; requests <= most; requests *= 10) {
      const choices = Math.min(2, requests);
      const work = { questions: requests / choices, choices, contextWords: 16, choiceWords: 4 };
      points.push({ checkpoint, work, x: ({ cost }) => cost.requests });
    }
    return await this.#series(points);
  }

  /** All executions of every checkpoint, and the last one in float32 on 1, 2, 4, … threads below their number. */
  async sizes(checkpoints: readonly Checkpoint[]): Promise<Pick<ScaleRecord, 'sizes' | 'threadCounts'>> {
    const points = checkpoints.flatMap((checkpoint) =>
      executionNames.map((execution): PointWork => ({ checkpoint, work: sizeWork, execution, x: parametersOf })),
    );
    const checkpoint = checkpoints.at(-1)!;
    for (let threads = 1; threads < this.#threads; threads *= 2)
      points.push({ checkpoint, work: sizeWork, threads, x: parametersOf });
    const measured = await this.#series(points);
    return {
      sizes: measured.filter(({ threads }) => threads === this.#threads),
      threadCounts: measured.filter(({ threads }) => threads < this.#threads),
    };
  }

  /** 2, 4, … 64 choices of a question whose context stays as it is. */
  async choices(checkpoint: Checkpoint): Promise<ScalePoint[]> {
    const [contextWords, choiceWords] = [96, 8];
    const points: PointWork[] = [];
    for (let choices = 2; choices <= 64; choices *= 2) {
      const questions = Math.ceil(tokensOfPoint / (contextWords + choices * choiceWords));
      points.push({ checkpoint, work: { questions, choices, contextWords, choiceWords }, x: () => choices });
    }
    return await this.#series(points);
  }

  /** Requests of 64, 128, … 2048 tokens. */
  async contexts(checkpoint: Checkpoint): Promise<ScalePoint[]> {
    const choiceWords = 8;
    const points: PointWork[] = [];
    for (let length = 64; length <= 2048; length *= 2) {
      // The rest is for the BOS and the words that are more than one token.
      const contextWords = Math.floor(0.95 * length) - choiceWords - 1;
      const work = { questions: Math.ceil(tokensOfPoint / length), choices: 1, contextWords, choiceWords };
      points.push({ checkpoint, work, x: ({ cost }) => Math.round(cost.tokensAsked / cost.requests) });
    }
    return await this.#series(points);
  }

  async #series(points: readonly PointWork[]): Promise<ScalePoint[]> {
    return await takeSeries(
      points.map(
        (point): TakeAttempt =>
          () =>
            this.#attempt(point),
      ),
      this.#rounds,
    );
  }

  async #attempt({
    checkpoint,
    work,
    x: valueOf,
    execution = 'float32',
    threads = this.#threads,
  }: PointWork): Promise<Attempt> {
    const before = await matrixSpeed(plainSession({ threads }), 3);
    const measurement = await measure({
      model: checkpoint.folder,
      work,
      bos: 'always',
      batchTokens: scoringBatchTokens,
      execution,
      encodedFolder: this.#encodedFolder,
      threads,
    });
    const gemm = (before + (await matrixSpeed(plainSession({ threads }), 3))) / 2;
    const { cost, secondsScoring: seconds, matrixFlops, peakMemory } = measurement;
    const { requests, tokensAsked, tokensComputed } = cost;
    const x = valueOf(measurement);
    stderr.write(
      `${checkpoint.name} ${execution}, ${requests} requests at ${x}: ${seconds.toFixed(2)} s beside a Gemm of ${gemm.toFixed(0)} GFLOP/s\n`,
    );
    return { x, execution, threads, requests, tokensAsked, tokensComputed, seconds, matrixFlops, peakMemory, gemm };
  }
}

function parametersOf({ parameters }: Measurement): number {
  return parameters;
}

/** Questions of four answers, as most of the tasks have them. */
const sizeWork: SyntheticWork = { questions: 20, choices: 4, contextWords: 64, choiceWords: 8 };

/** The series of measurements, each of which varies one thing. */
import { stderr } from 'node:process';
import { matrixSpeed, threadsFor } from '@linchpin/runtime';
import { defaultBatchTokens } from '@linchpin/evaluator';
import { type ExecutionName, executionNames } from '../executions.ts';
import { measure } from '../measure.ts';
import type { SyntheticWork } from '../synthetic-questions.ts';
import type { ScalePoint } from './record.ts';

/** A checkpoint by the folder it lies in. */
export interface Checkpoint {
  readonly name: string;
  readonly folder: string;
}

/** Tokens of one point where their number is not what is varied: a full batch. */
const tokensOfPoint = 2048;

/** One point, before it is measured. */
interface PointWork {
  readonly checkpoint: Checkpoint;
  readonly work: SyntheticWork;
  readonly execution?: ExecutionName;
  readonly threads?: number;
}

export interface SeriesOptions {
  readonly encodedFolder: string;
  readonly threads?: number | undefined;
  /** The best of so many measurements of a point counts. */
  readonly rounds: number;
}

/** Measures points one after the other, beside the speed of a plain product. */
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
    const points: ScalePoint[] = [];
    for (let requests = 1; requests <= most; requests *= 10) {
      const choices = Math.min(2, requests);
      const work = { questions: requests / choices, choices, contextWords: 16, choiceWords: 4 };
      points.push(await this.#point({ checkpoint, work }, ({ cost }) => cost.requests));
    }
    return points;
  }

  /** All executions of every checkpoint. */
  async sizes(checkpoints: readonly Checkpoint[]): Promise<ScalePoint[]> {
    const points: ScalePoint[] = [];
    for (const checkpoint of checkpoints)
      for (const execution of executionNames)
        points.push(await this.#point({ checkpoint, work: sizeWork, execution }, ({ parameters }) => parameters));
    return points;
  }

  /** Powers of two below the number of threads. */
  async threadCounts(checkpoint: Checkpoint): Promise<ScalePoint[]> {
    const points: ScalePoint[] = [];
    for (let threads = 1; threads < this.#threads; threads *= 2)
      points.push(await this.#point({ checkpoint, work: sizeWork, threads }, ({ parameters }) => parameters));
    return points;
  }

  /** 2, 4, … 64 choices of a question whose context stays as it is. */
  async choices(checkpoint: Checkpoint): Promise<ScalePoint[]> {
    const [contextWords, choiceWords] = [96, 8];
    const points: ScalePoint[] = [];
    for (let choices = 2; choices <= 64; choices *= 2) {
      const questions = Math.ceil(tokensOfPoint / (contextWords + choices * choiceWords));
      const work = { questions, choices, contextWords, choiceWords };
      points.push(await this.#point({ checkpoint, work }, () => choices));
    }
    return points;
  }

  /** Requests of 64, 128, … 2048 tokens. */
  async contexts(checkpoint: Checkpoint): Promise<ScalePoint[]> {
    const choiceWords = 8;
    const points: ScalePoint[] = [];
    for (let length = 64; length <= 2048; length *= 2) {
      // The rest is for the BOS and the words that are more than one token.
      const contextWords = Math.floor(0.95 * length) - choiceWords - 1;
      const work = { questions: Math.ceil(tokensOfPoint / length), choices: 1, contextWords, choiceWords };
      points.push(await this.#point({ checkpoint, work }, ({ cost }) => Math.round(cost.tokensAsked / cost.requests)));
    }
    return points;
  }

  async #point(
    { checkpoint, work, execution = 'float32', threads = this.#threads }: PointWork,
    valueOf: (measured: Awaited<ReturnType<typeof measure>>) => number,
  ): Promise<ScalePoint> {
    const options = {
      model: checkpoint.folder,
      work,
      bos: 'always',
      batchTokens: defaultBatchTokens,
      execution,
      encodedFolder: this.#encodedFolder,
      threads,
    } as const;
    let gemm = await matrixSpeed({ threads, runs: 3 });
    let measured = await measure(options);
    for (let round = 1; round < this.#rounds; round++) {
      gemm = Math.max(gemm, await matrixSpeed({ threads, runs: 3 }));
      const again = await measure(options);
      if (again.secondsScoring < measured.secondsScoring) measured = again;
    }
    gemm = Math.max(gemm, await matrixSpeed({ threads, runs: 3 }));
    const { cost, secondsScoring: seconds, matrixFlops, peakMemory } = measured;
    const { requests, tokensAsked, tokensComputed } = cost;
    const x = valueOf(measured);
    stderr.write(`${checkpoint.name} ${execution}, ${requests} requests at ${x}: ${seconds.toFixed(2)} s\n`);
    return { x, execution, threads, requests, tokensAsked, tokensComputed, seconds, matrixFlops, peakMemory, gemm };
  }
}

/** Questions of four answers, as most of the tasks have them. */
const sizeWork: SyntheticWork = { questions: 20, choices: 4, contextWords: 64, choiceWords: 8 };

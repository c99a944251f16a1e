/** Opens a step graph on onnxruntime-node; keys and values go from run to run as the tensors that they are. */
import { type StepGraph, stepInputs, type StepModel, stepOutputs, type TokenSequence } from '@linchpin/plugin-api';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { createSession } from './create-session.ts';
import { sessionFailed } from './errors.ts';
import { floats, parameterFeeds, widened } from './executor.ts';
import type { RuntimeOptions } from './session-options.ts';

export interface StepModelOptions extends RuntimeOptions {
  /** Most tokens that one run takes where keys and values are kept: longer texts are fed in parts. */
  readonly batchTokens?: number;
}

const defaultBatchTokens = 2048;

/** A session over the graph's weights; `release` frees it. Run-time numbers of edits have their initial values. */
export async function createStepModel(steps: StepGraph, options: StepModelOptions = {}): Promise<StepModel> {
  const session = await createSession(steps, options);
  const parameters = parameterFeeds(new Map(steps.parameters.map(({ name, initial }) => [name, initial])));
  const run = async (
    ids: readonly number[],
    start: number,
    past: InferenceSession.FeedsType,
  ): Promise<InferenceSession.OnnxValueMapType> => {
    try {
      return await session.run({ ...tokenFeeds(ids, start), ...past, ...parameters });
    } catch (cause) {
      throw sessionFailed(`${ids.length} tokens could not be run after ${start} others`, cause);
    }
  };
  return {
    contextLength: steps.contextLength,
    vocabularySize: steps.vocabularySize,
    begin: () =>
      steps.cache === undefined
        ? new WholeSequence(run)
        : new CachedSequence(run, steps.cache, options.batchTokens ?? defaultBatchTokens),
    release: () => session.release(),
  };
}

type Run = (
  ids: readonly number[],
  start: number,
  past: InferenceSession.FeedsType,
) => Promise<InferenceSession.OnnxValueMapType>;

/** Every run takes the new tokens alone. */
class CachedSequence implements TokenSequence {
  length = 0;
  readonly #run: Run;
  readonly #cache: NonNullable<StepGraph['cache']>;
  readonly #batchTokens: number;
  #past: InferenceSession.FeedsType;

  constructor(run: Run, cache: NonNullable<StepGraph['cache']>, batchTokens: number) {
    this.#run = run;
    this.#cache = cache;
    this.#batchTokens = batchTokens;
    this.#past = Object.fromEntries(
      cache.map(({ past, width }) => [past, new Tensor('float32', new Float32Array(0), [0, width])]),
    );
  }

  async feed(ids: readonly number[]): Promise<Float32Array> {
    let logits = new Float32Array();
    for (let start = 0; start < ids.length; start += this.#batchTokens)
      logits = await this.#step(ids.slice(start, start + this.#batchTokens));
    return logits;
  }

  async #step(ids: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const outputs = await this.#run(ids, this.length, this.#past);
    this.#past = Object.fromEntries(this.#cache.map(({ past, present }) => [past, outputs[present]!]));
    this.length += ids.length;
    return floats(outputs, stepOutputs.logits).slice();
  }
}

/** Every run takes the sequence from its beginning. */
class WholeSequence implements TokenSequence {
  readonly #run: Run;
  readonly #ids: number[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  get length(): number {
    return this.#ids.length;
  }

  async feed(ids: readonly number[]): Promise<Float32Array> {
    this.#ids.push(...ids);
    return floats(await this.#run(this.#ids, 0, {}), stepOutputs.logits);
  }
}

function tokenFeeds(ids: readonly number[], start: number): InferenceSession.FeedsType {
  const positions = Int32Array.from(ids, (_, index) => start + index);
  return {
    [stepInputs.tokenIds]: new Tensor('int32', Int32Array.from(ids), [ids.length]),
    [stepInputs.positions]: new Tensor('int64', widened(positions), [ids.length, 1]),
  };
}

/**
 * Keys and values of the prefix that batches follow, kept from one batch to the next: one path, whose parts are computed again
 * from the first one on that differs. Runs go one after the other, for they share the arrays.
 */
import { internalError } from '@linchpin/errors';
import { type BatchPrefix, type CachedTensor, graphInputs, type PackedBatch, sharedTokens } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { onnxruntime } from './onnxruntime.ts';

type Run = (batch: PackedBatch, more: InferenceSession.FeedsType) => Promise<InferenceSession.OnnxValueMapType>;

export class PrefixKeys {
  readonly #tensors: readonly CachedTensor[];
  readonly #run: Run;
  /** By the names of the inputs: float32 [capacity, width], of which the first keys are those of the prefix. */
  readonly #arrays = new Map<string, Float32Array>();
  #capacity = 0;
  #prefix: BatchPrefix | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tensors: readonly CachedTensor[], run: Run) {
    this.#tensors = tensors;
    this.#run = run;
  }

  /** What the session gives for a batch; its prefix is computed as far as it is not kept. */
  async run(batch: PackedBatch, more: InferenceSession.FeedsType): Promise<InferenceSession.OnnxValueMapType> {
    const { prefix } = batch;
    if (prefix === undefined) return await this.#run(batch, { ...more, ...this.#feeds(batch.rows, 0, 0) });
    if (batch.rows !== 1) throw internalError(`a prefix before ${batch.rows} rows`);
    const run = this.#last.then(async () => {
      await this.#compute(prefix, more);
      return await this.#run(batch, { ...more, ...this.#feeds(1, prefix.tokenIds.length, 0) });
    });
    this.#last = run.catch(() => {});
    return await run;
  }

  /** Nothing is kept any more: what was computed holds no longer. */
  forget(): void {
    this.#prefix = undefined;
  }

  async #compute(prefix: BatchPrefix, more: InferenceSession.FeedsType): Promise<void> {
    const { tokenIds, partLength } = prefix;
    const kept = sharedTokens(prefix, this.#prefix);
    // Of a prefix that is not finished nothing is known.
    this.#prefix = undefined;
    this.#reserve(tokenIds.length, kept);
    for (let start = kept; start < tokenIds.length; start += partLength) {
      const part = tokenIds.subarray(start, start + partLength);
      const outputs = await this.#run(pathBatch(part, start), { ...more, ...this.#feeds(1, start, part.length) });
      for (const { past, present, width } of this.#tensors)
        this.#arrays.get(past)!.set(outputs[present]!.data as Float32Array, start * width);
    }
    this.#prefix = prefix;
  }

  /** Room for so many keys, with the first of those that are there. */
  #reserve(keys: number, kept: number): void {
    if (keys <= this.#capacity) return;
    for (const { past, width } of this.#tensors) {
      const grown = new Float32Array(keys * width);
      grown.set((this.#arrays.get(past) ?? new Float32Array()).subarray(0, kept * width));
      this.#arrays.set(past, grown);
    }
    this.#capacity = keys;
  }

  /** The first keys for a run, and of how many of its tokens it gives keys. */
  #feeds(rows: number, keys: number, given: number): InferenceSession.FeedsType {
    const { Tensor } = onnxruntime();
    const positions = BigInt64Array.from({ length: keys }, (_, position) => BigInt(position));
    const none = new Float32Array();
    return {
      [graphInputs.prefixPositions]: new Tensor('int64', positions, [rows, keys]),
      [graphInputs.keptTokens]: new Tensor('int64', BigInt64Array.of(BigInt(given)), [1]),
      ...Object.fromEntries(
        this.#tensors.map(({ past, width }) => {
          const values = keys === 0 ? none : this.#arrays.get(past)!.subarray(0, keys * width);
          return [past, new Tensor('float32', values, [rows, keys, width])];
        }),
      ),
    };
  }
}

/** Tokens of one path as a batch of which nobody reads anything; a batch has to ask for something. */
function pathBatch(tokenIds: Int32Array, start: number): PackedBatch {
  const { length } = tokenIds;
  return {
    rows: 1,
    rowLength: length,
    tokenIds,
    positions: tokenIds.map((_, index) => start + index),
    subtreeEnds: new Int32Array(length).fill(length),
    scoredTokens: Int32Array.of(length - 1),
    targetRows: Int32Array.of(0),
    targetIds: Int32Array.of(0),
  };
}

/** From examples to the batches of a step. */
import type { TrainingBatch } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';

/** A sequence that is trained on. */
export interface TrainingExample {
  readonly ids: Int32Array;
  /** Index of the first token that counts in the loss, given those before it; at least 1. */
  readonly from: number;
}

export interface BatchSettings {
  /** Sequences of which gradients are computed at once. */
  readonly batchSize: number;
  /** How many such batches make one step. */
  readonly accumulation: number;
  readonly seed: number;
}

export function stepsPerEpoch(examples: number, { batchSize, accumulation }: BatchSettings): number {
  return Math.ceil(examples / (batchSize * accumulation));
}

/** How many tokens of an example count in the loss. */
export function targetsOf({ ids, from }: TrainingExample): number {
  return ids.length - from;
}

/** The examples of every step: a new order every epoch, which follows from the seed alone. */
export class DataOrder {
  readonly #count: number;
  readonly #settings: BatchSettings;
  #epoch = -1;
  #order: Int32Array = new Int32Array(0);

  constructor(count: number, settings: BatchSettings) {
    this.#count = count;
    this.#settings = settings;
  }

  /** Indices of the examples of a step, counted from 0; the last step of an epoch has what is left of it. */
  examplesOf(step: number): Int32Array {
    const perEpoch = stepsPerEpoch(this.#count, this.#settings);
    this.#goTo(Math.floor(step / perEpoch));
    const size = this.#settings.batchSize * this.#settings.accumulation;
    const start = (step % perEpoch) * size;
    return this.#order.subarray(start, start + size);
  }

  #goTo(epoch: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#order = Int32Array.from({ length: this.#count }, (_, index) => index);
    new PythonRandom((BigInt(this.#settings.seed) << 32n) + BigInt(epoch)).shuffle(this.#order);
  }
}

/** The batches of one step, such that sequences of like length share one: the gradient of the step is the same, its padding less. */
export function batchesOf(examples: readonly TrainingExample[], batchSize: number): TrainingBatch[] {
  const targets = examples.reduce((sum, example) => sum + targetsOf(example), 0);
  const byLength = examples.toSorted((a, b) => b.ids.length - a.ids.length);
  const batches: TrainingBatch[] = [];
  for (let start = 0; start < byLength.length; start += batchSize)
    batches.push(makeBatch(byLength.slice(start, start + batchSize), 1 / targets));
  return batches;
}

/** One row an example; every target counts `weight`. The last token of an example is a target alone. */
export function makeBatch(examples: readonly TrainingExample[], weight: number): TrainingBatch {
  const rows = examples.length;
  const rowLength = Math.max(...examples.map(({ ids }) => ids.length)) - 1;
  const scored = examples.reduce((sum, example) => sum + targetsOf(example), 0);
  const batch = {
    rows,
    rowLength,
    tokenIds: new Int32Array(rows * rowLength),
    positions: new Int32Array(rows * rowLength),
    subtreeEnds: new Int32Array(rows * rowLength),
    scoredTokens: new Int32Array(scored),
    targetIds: new Int32Array(scored),
    targetWeights: new Float32Array(scored).fill(weight),
  };
  let next = 0;
  examples.forEach(({ ids, from }, row) => {
    const [start, length] = [row * rowLength, ids.length - 1];
    batch.tokenIds.set(ids.subarray(0, length), start);
    for (let t = 0; t < rowLength; t++) {
      batch.positions[start + t] = t < length ? t : 0;
      batch.subtreeEnds[start + t] = t < length ? length : t + 1;
    }
    for (let t = from; t < ids.length; t++) {
      batch.scoredTokens[next] = start + t - 1;
      batch.targetIds[next++] = ids[t]!;
    }
  });
  return batch;
}

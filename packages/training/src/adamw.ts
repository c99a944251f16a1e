/** AdamW (Loshchilov and Hutter, arXiv 1711.05101) as torch.optim.AdamW computes it, in place over the trained numbers. */
import { stretches, trainedCount, type TrainedValues } from './trained-values.ts';

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Of matrices; biases and the weights of norms are not decayed, as transformers' Trainer leaves them out. */
  readonly weightDecay: number;
}

export interface Moments {
  readonly first: Float32Array; // [trained numbers]
  readonly second: Float32Array; // [trained numbers]
}

export interface Update {
  readonly learningRate: number;
  /** Factor on the gradients: what clipping leaves of them. */
  readonly factor: number;
}

export class AdamW {
  readonly #trained: readonly TrainedValues[];
  readonly #settings: AdamWSettings;
  /** One a tensor. */
  readonly moments: readonly Moments[];
  /** Updates so far. */
  steps = 0;

  constructor(trained: readonly TrainedValues[], settings: AdamWSettings) {
    this.#trained = trained;
    this.#settings = settings;
    this.moments = trained.map((each) => {
      const count = trainedCount(each);
      return { first: new Float32Array(count), second: new Float32Array(count) };
    });
  }

  /** `gradients` are those of the trained numbers, one array a tensor. */
  update(gradients: readonly Float32Array[], { learningRate, factor }: Update): void {
    this.steps += 1;
    const { beta1, beta2, weightDecay } = this.#settings;
    const rate = learningRate / (1 - beta1 ** this.steps);
    const root = Math.sqrt(1 / (1 - beta2 ** this.steps));
    this.#trained.forEach((each, index) => {
      const keep = each.shape.length > 1 ? 1 - learningRate * weightDecay : 1;
      for (const stretch of stretches(each))
        this.#change(
          stretch,
          { values: each.values, gradient: gradients[index]!, ...this.moments[index]! },
          { rate, root, keep, factor },
        );
    });
  }

  /** p ← p (1 − lr·wd) − lr · m̂ / (√v̂ + ε), in float64; what is kept is rounded to float32. */
  #change(
    { inTensor, inTrained, length }: ReturnType<typeof stretches>[number],
    { values, gradient, first, second }: Moments & { readonly values: Float32Array; readonly gradient: Float32Array },
    {
      rate,
      root,
      keep,
      factor,
    }: { readonly rate: number; readonly root: number; readonly keep: number; readonly factor: number },
  ): void {
    const { beta1, beta2, epsilon } = this.#settings;
    const [share1, share2, shift] = [1 - beta1, 1 - beta2, inTensor - inTrained];
    for (let i = inTrained; i < inTrained + length; i++) {
      const g = gradient[i]! * factor;
      const m = beta1 * first[i]! + share1 * g;
      const v = beta2 * second[i]! + share2 * g * g;
      first[i] = m;
      second[i] = v;
      values[i + shift] = values[i + shift]! * keep - (rate * m) / (Math.sqrt(v) * root + epsilon);
    }
  }
}

/** Mean and spread of numbers that are not kept (B. P. Welford, Technometrics 4, 1962): no sums of squares that cancel. */
import type { Estimate } from './accuracy.ts';

export class RunningMean {
  /** Numbers so far. */
  count: number = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.count++;
    const distance = value - this.#mean;
    this.#mean += distance / this.count;
    this.#squares += distance * (value - this.#mean);
  }

  /** The mean, and the sample deviation (n − 1) over √n as its standard error. */
  estimate(): Estimate {
    const { count } = this;
    const standardError = count < 2 ? null : Math.sqrt(this.#squares / (count - 1) / count);
    return { value: count === 0 ? Number.NaN : this.#mean, standardError };
  }
}

/** Where the largest weights of a whole model end, of which only one matrix is in memory at a time. */
import { largestMagnitude } from './largest-magnitude.ts';

/** The largest magnitudes of many arrays together; holds no more of them than twice the number asked for and one array's. */
export class LargestOfAll {
  readonly #count: number;
  #found: Float32Array = new Float32Array();

  constructor(count: number) {
    this.#count = count;
  }

  add(values: Float32Array): void {
    const least = this.#found.length < this.#count ? 0 : this.least();
    const candidates = values.filter((value) => Math.abs(value) > least);
    const all = new Float32Array(this.#found.length + candidates.length);
    all.set(this.#found);
    all.set(candidates, this.#found.length);
    this.#found = largest(all, this.#count);
  }

  /** The least of them: the n-th largest magnitude, or the least there is where there are fewer; zeroes do not count. */
  least(): number {
    return this.#found.length === 0
      ? Infinity
      : largestMagnitude(this.#found, Math.min(this.#count, this.#found.length));
  }
}

/** As many as are asked for, those that tie with the last one included. */
function largest(values: Float32Array, count: number): Float32Array {
  if (values.length <= count) return values;
  const least = largestMagnitude(values, count);
  return values.filter((value) => Math.abs(value) >= least);
}

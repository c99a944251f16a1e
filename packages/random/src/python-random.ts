/**
 * CPython 3.11's `random.Random` for integer seeds (Lib/random.py, Modules/_randommodule.c): equal seeds give equal
 * streams, so that draws which published programs made can be repeated. Where CPython raises ValueError, a
 * LinchpinError is thrown. Deviation: whole numbers are JavaScript numbers, so ranges and bits end at 53.
 */
import { emptyRange, notAnInteger, sampleTooLarge, unsupportedBits } from './errors.ts';
import { MersenneTwister } from './mersenne-twister.ts';

const twoTo32 = 2 ** 32;

/** A stream of draws; every method takes its share from the same stream, as CPython's does. */
export class PythonRandom {
  readonly #generator: MersenneTwister;

  /** `random.seed(seed)`: only the absolute value counts. A number must be a safe integer. */
  constructor(seed: number | bigint) {
    this.#generator = new MersenneTwister(wordsOf(seed));
  }

  /** A float64 in [0, 1) with 53 random bits. */
  random(): number {
    const high = this.#generator.nextWord() >>> 5; // 27 bits
    const low = this.#generator.nextWord() >>> 6; // 26 bits
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** An integer of `bits` random bits, 0 to 53. */
  getrandbits(bits: number): number {
    if (!Number.isInteger(bits) || bits < 0 || bits > 53) throw unsupportedBits(bits);
    // No word is drawn for 0 bits, and `>>> 32` would shift by nothing.
    if (bits === 0) return 0;
    if (bits <= 32) return this.#generator.nextWord() >>> (32 - bits);
    const low = this.#generator.nextWord() >>> 0;
    return (this.#generator.nextWord() >>> (64 - bits)) * twoTo32 + low;
  }

  /** An integer from `low` to `high`, both included. */
  randint(low: number, high: number): number {
    const width = high - low + 1;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !(width > 0 && width <= Number.MAX_SAFE_INTEGER)) {
      throw emptyRange(low, high);
    }
    return low + this.#below(width);
  }

  /** `choices(range(population), k=count)`: indices drawn with replacement. `population` is at most 2^31. */
  choices(population: number, count: number): Int32Array {
    if (!Number.isInteger(population) || population < 1 || population > 2 ** 31) throw emptyRange(0, population - 1);
    const words = new Int32Array(2 * count);
    this.#generator.nextWords(words);
    // `random() * population`: a power of two moves no digit, so it may be multiplied in first.
    const scale = population / 0x20000000000000;
    const indices = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      // Int32Array truncates: floor for x ≥ 0.
      indices[i] = ((words[2 * i]! >>> 5) * 0x4000000 + (words[2 * i + 1]! >>> 6)) * scale;
    }
    return indices;
  }

  /** Shuffles an array or a typed array in place. */
  shuffle<T>(items: { readonly length: number; [index: number]: T }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const item = items[i] as T;
      items[i] = items[j] as T;
      items[j] = item;
    }
  }

  /** `sample(range(population), count)`: different indices, in the order of their being drawn. */
  sample(population: number, count: number): number[] {
    if (!Number.isInteger(count) || count < 0 || !(count <= population)) throw sampleTooLarge(population, count);
    // CPython's choice between a pool and a set decides which draws are made. 3·count is no power of 4, so the
    // logarithm is never at a rounding edge.
    const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    return population <= setSize ? this.#sampleFromPool(population, count) : this.#sampleBySet(population, count);
  }

  #sampleFromPool(population: number, count: number): number[] {
    const pool = Array.from({ length: population }, (_, index) => index);
    return Array.from({ length: count }, (_, drawn) => {
      const j = this.#below(population - drawn);
      const index = pool[j]!;
      pool[j] = pool[population - drawn - 1]!;
      return index;
    });
  }

  #sampleBySet(population: number, count: number): number[] {
    const selected = new Set<number>();
    while (selected.size < count) selected.add(this.#below(population));
    return [...selected];
  }

  /** An integer in [0, width): bits are drawn until they make a number below it (`_randbelow_with_getrandbits`). */
  #below(width: number): number {
    const bits = bitLength(width);
    let value = this.getrandbits(bits);
    while (value >= width) value = this.getrandbits(bits);
    return value;
  }
}

function bitLength(value: number): number {
  const high = Math.floor(value / twoTo32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

function wordsOf(seed: number | bigint): Uint32Array {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) throw notAnInteger(seed);
  let rest = BigInt(seed);
  if (rest < 0n) rest = -rest;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return Uint32Array.from(words);
}

/**
 * MT19937 (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998) with the seeding by a key that CPython uses (`init_by_array`,
 * 2002 version of the reference code). Words are kept as int32: V8 does not box them, as it would uint32.
 */
const stateLength = 624;
const shift = 397;
const upperMask = 0x80000000;
const lowerMask = 0x7fffffff;
const twist = 0x9908b0df;

/** The bare generator: one stream of 32-bit words. */
export class MersenneTwister {
  readonly #state: Int32Array = new Int32Array(stateLength);
  #next: number = stateLength;

  /** `key`: the seed as 32-bit words, the least significant first. */
  constructor(key: Uint32Array) {
    seedByKey(this.#state, key);
  }

  /** The next 32 bits, as a signed integer; `>>> k` makes it unsigned. */
  nextWord(): number {
    if (this.#next === stateLength) {
      regenerate(this.#state);
      this.#next = 0;
    }
    return tempered(this.#state[this.#next++]!);
  }

  /** The next words, as many as the array takes: the same stream at two thirds of the time. */
  nextWords(words: Int32Array): void {
    for (let filled = 0; filled < words.length;) {
      if (this.#next === stateLength) {
        regenerate(this.#state);
        this.#next = 0;
      }
      const end = Math.min(stateLength, this.#next + words.length - filled);
      for (let i = this.#next; i < end; i++) words[filled++] = tempered(this.#state[i]!);
      this.#next = end;
    }
  }
}

function tempered(state: number): number {
  let word = state;
  word ^= word >>> 11;
  word ^= (word << 7) & 0x9d2c5680;
  word ^= (word << 15) & 0xefc60000;
  return word ^ (word >>> 18);
}

function seedByKey(state: Int32Array, key: Uint32Array): void {
  seedByInteger(state, 19650218);
  let i = 1;
  let j = 0;
  for (let step = Math.max(stateLength, key.length); step > 0; step--) {
    const previous = state[i - 1]!;
    state[i] = (state[i]! ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + key[j]! + j;
    if (++i === stateLength) {
      state[0] = state[stateLength - 1]!;
      i = 1;
    }
    if (++j === key.length) j = 0;
  }
  for (let step = stateLength - 1; step > 0; step--) {
    const previous = state[i - 1]!;
    state[i] = (state[i]! ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
    if (++i === stateLength) {
      state[0] = state[stateLength - 1]!;
      i = 1;
    }
  }
  state[0] = upperMask;
}

function seedByInteger(state: Int32Array, seed: number): void {
  state[0] = seed;
  for (let i = 1; i < stateLength; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(previous ^ (previous >>> 30), 1812433253) + i;
  }
}

/** The next 624 words, before tempering. */
function regenerate(state: Int32Array): void {
  for (let i = 0; i < stateLength - shift; i++) {
    state[i] = state[i + shift]! ^ recurrence(state[i]!, state[i + 1]!);
  }
  for (let i = stateLength - shift; i < stateLength - 1; i++) {
    state[i] = state[i + shift - stateLength]! ^ recurrence(state[i]!, state[i + 1]!);
  }
  state[stateLength - 1] = state[shift - 1]! ^ recurrence(state[stateLength - 1]!, state[0]!);
}

function recurrence(current: number, following: number): number {
  const mixed = (current & upperMask) | (following & lowerMask);
  return (mixed >>> 1) ^ Math.imul(mixed & 1, twist);
}

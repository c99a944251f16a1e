/** Every stream of CPython 3.11's generator that make_perplexity.py recorded, equal to the last bit. */
import { readFileSync } from 'node:fs';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { PythonRandom } from '@linchpin/random';

const file = 'golden/perplexity/mt19937.json';

interface Stream {
  readonly seed: number;
  readonly random: readonly number[];
  readonly getrandbits_32: readonly number[];
  readonly getrandbits_53: readonly number[];
  readonly randint: Readonly<Record<string, readonly number[]>>;
  readonly choices_of_0_to_9: readonly number[];
  readonly shuffle_of_0_to_19: readonly number[];
  readonly sample_of_0_to_99_10: readonly number[];
}

describeShared('CPython streams', [file], () => {
  const { streams } = JSON.parse(readFileSync(sharedPath(file), 'utf8')) as { streams: readonly Stream[] };

  it.each(streams)('seed $seed', (stream) => {
    const fresh = (): PythonRandom => new PythonRandom(stream.seed);
    const repeat = (expected: readonly number[], draw: (generator: PythonRandom) => number): void => {
      const generator = fresh();
      expect(expected.map(() => draw(generator))).toEqual(expected);
    };
    repeat(stream.random, (generator) => generator.random());
    repeat(stream.getrandbits_32, (generator) => generator.getrandbits(32));
    repeat(stream.getrandbits_53, (generator) => generator.getrandbits(53));
    for (const [range, expected] of Object.entries(stream.randint)) {
      const [low, high] = range.split(',').map(Number) as [number, number];
      repeat(expected, (generator) => generator.randint(low, high));
    }
    expect([...fresh().choices(10, 50)]).toEqual(stream.choices_of_0_to_9);
    const items = Array.from({ length: 20 }, (_, index) => index);
    fresh().shuffle(items);
    expect(items).toEqual(stream.shuffle_of_0_to_19);
    expect(fresh().sample(100, 10)).toEqual(stream.sample_of_0_to_99_10);
  });
});

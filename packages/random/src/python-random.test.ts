import { describe, expect, it } from 'vitest';
import { PythonRandom } from './python-random.ts';

describe('PythonRandom', () => {
  it('repeats the first draws of CPython at seed 0', () => {
    expect(new PythonRandom(0).random()).toBe(0.8444218515250481);
    const small = new PythonRandom(0);
    expect(Array.from({ length: 5 }, () => small.randint(0, 99))).toEqual([49, 97, 53, 5, 33]);
    const rows = new PythonRandom(0);
    expect(Array.from({ length: 6 }, () => rows.randint(0, 45575))).toEqual([25247, 27562, 2653, 16968, 33506, 31845]);
  });

  it('takes the absolute value of a seed, number or bigint', () => {
    expect(new PythonRandom(-42).random()).toBe(new PythonRandom(42).random());
    expect(new PythonRandom(42n).random()).toBe(new PythonRandom(42).random());
    expect(new PythonRandom(2n ** 64n).random()).not.toBe(new PythonRandom(0).random());
  });

  it('draws no word for zero bits', () => {
    const generator = new PythonRandom(0);
    expect(generator.getrandbits(0)).toBe(0);
    expect(generator.getrandbits(32)).toBe(3626764237);
  });

  it('shifts a range by its lower end and accepts one of a single number', () => {
    const shifted = new PythonRandom(0);
    expect(Array.from({ length: 3 }, () => shifted.randint(-10, 89))).toEqual([39, 87, 43]);
    expect(new PythonRandom(0).randint(7, 7)).toBe(7);
  });

  it('samples every index once from a pool, and none twice from a set', () => {
    expect(new PythonRandom(1).sample(20, 20).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(new Set(new PythonRandom(1).sample(10_000, 500)).size).toBe(500);
    expect(new PythonRandom(1).sample(5, 0)).toEqual([]);
  });

  it('refuses what CPython refuses and what a number cannot hold', () => {
    const generator = new PythonRandom(0);
    expect(() => generator.randint(3, 2)).toThrow(expect.objectContaining({ code: 'random/empty-range' }));
    expect(() => generator.randint(0, 0.5)).toThrow(expect.objectContaining({ code: 'random/empty-range' }));
    expect(() => generator.choices(0, 1)).toThrow(expect.objectContaining({ code: 'random/empty-range' }));
    expect(() => generator.sample(3, 4)).toThrow(expect.objectContaining({ code: 'random/sample-too-large' }));
    expect(() => generator.getrandbits(54)).toThrow(expect.objectContaining({ code: 'random/unsupported-bits' }));
    expect(() => new PythonRandom(0.5)).toThrow(expect.objectContaining({ code: 'random/not-an-integer' }));
  });
});

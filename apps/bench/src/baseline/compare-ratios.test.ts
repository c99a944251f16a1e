import { describe, expect, it } from 'vitest';
import { compareRatios } from './compare-ratios.ts';

const share = 'tasks, float32: speed beside a plain Gemm';
const saved = 'tasks, float32: tokens asked for per token computed';
const padding = 'tasks, float32: share of padding';
const memory = 'tasks, float32: peak bytes per parameter';

function verdict(name: string, before: number, now: number): string {
  return compareRatios({ [name]: before }, { [name]: now })[0]!.verdict;
}

describe('compareRatios', () => {
  it('lets speeds move by half', () => {
    expect(verdict(share, 0.9, 0.61)).toBe('as before');
    expect(verdict(share, 0.9, 0.59)).toBe('worse');
    expect(verdict(share, 0.6, 0.91)).toBe('better');
  });

  it('lets counts move by a twentieth', () => {
    expect(verdict(saved, 2.4, 2.3)).toBe('as before');
    expect(verdict(saved, 2.4, 2.28)).toBe('worse');
  });

  it('takes more padding and memory for worse, and less for better', () => {
    expect(verdict(padding, 0.014, 0.024)).toBe('as before');
    expect(verdict(padding, 0.014, 0.025)).toBe('worse');
    expect(verdict(memory, 8, 11.9)).toBe('as before');
    expect(verdict(memory, 8, 12.1)).toBe('worse');
    expect(verdict(memory, 8, 5.2)).toBe('better');
  });

  it('takes a number that is none for worse', () => {
    expect(verdict(share, 0.9, Number.NaN)).toBe('worse');
    expect(verdict(memory, 8, Number.NaN)).toBe('worse');
  });

  it('names each part that moved, with its bound, what is new and what is missing', () => {
    const compared = compareRatios({ [share]: 0.9, [memory]: 8 }, { [share]: 0.3, [saved]: 2.4 });
    expect(compared).toEqual([
      { name: share, before: 0.9, now: 0.3, bound: 0.9 / 1.5, verdict: 'worse' },
      { name: memory, before: 8, bound: 8 * 1.5 + 0.01, verdict: 'not measured' },
      { name: saved, now: 2.4, verdict: 'new' },
    ]);
  });
});

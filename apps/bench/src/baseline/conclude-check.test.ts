import { describe, expect, it } from 'vitest';
import { compareRatios } from './compare-ratios.ts';
import { concludeCheck } from './conclude-check.ts';
import type { Ratios } from './ratios.ts';

const share = 'tasks, float32: speed beside a plain Gemm';
const speed = 'tasks, int8: speed beside float32';
const memory = 'tasks, int8: peak bytes per parameter';
const committed: Ratios = { [share]: 0.9, [speed]: 2, [memory]: 4 };

describe('concludeCheck', () => {
  it('passes where nothing is worse, new ratios or not', () => {
    const compared = compareRatios(committed, { ...committed, 'dense, float32: peak bytes per parameter': 8 });
    expect(concludeCheck(compared)).toEqual({ lines: [], passes: true });
  });

  it('names what is worse', () => {
    const compared = compareRatios(committed, { ...committed, [speed]: 1, [memory]: 9 });
    expect(concludeCheck(compared)).toEqual({ lines: [`Worse: ${speed}; ${memory}.`], passes: false });
  });

  it('does not pass over a ratio that was not measured', () => {
    const compared = compareRatios(committed, { [share]: 0.1, [memory]: 4 });
    expect(() => concludeCheck(compared)).toThrow(expect.objectContaining({ code: 'bench/ratios-not-measured' }));
    expect(() => concludeCheck(compared)).toThrow(speed);
  });

  it('names what a flag left out, with what was to be related to it', () => {
    const withoutInt8 = concludeCheck(compareRatios(committed, { [share]: 0.9 }, ['int8']));
    expect(withoutInt8).toEqual({ lines: [`Left out by --execution: ${speed}; ${memory}.`], passes: true });
    const withoutFloat32 = concludeCheck(compareRatios(committed, { [memory]: 4 }, ['float32', 'split16']));
    expect(withoutFloat32).toEqual({ lines: [`Left out by --execution: ${share}; ${speed}.`], passes: true });
  });
});

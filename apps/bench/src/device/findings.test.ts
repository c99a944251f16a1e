import { describe, expect, it } from 'vitest';
import { checkLikelihoods, checkRows, markdownOf } from './findings.ts';

const row = { label: 'Original', task: 'piqa', metric: 'acc', value: 0.5 };

describe('checkRows', () => {
  it('wants equal counts, and other metrics within rounding', () => {
    const rows = [row, { ...row, metric: 'perplexity', value: 100 }] as never;
    const passed = (...others: readonly object[]): boolean[] =>
      checkRows(rows, others as never).map(({ isPassed }) => isPassed);
    expect(passed(row, { ...row, metric: 'perplexity', value: 100.001 })).toEqual([true, true]);
    expect(passed({ ...row, value: 0.501 }, { ...row, metric: 'perplexity', value: 101 })).toEqual([false, false]);
    expect(passed(row)).toEqual([true, false]);
  });
});

describe('checkLikelihoods', () => {
  const cpu = new Map([['piqa/0/0', -10]]);
  it.each([
    { device: new Map([['piqa/0/0', -10.0001]]), isPassed: true },
    { device: new Map([['piqa/0/0', -10.01]]), isPassed: false },
    { device: new Map([['piqa/0/0', Number.NaN]]), isPassed: false },
    { device: new Map<string, number>(), isPassed: false },
  ])('compares item by item: $isPassed', ({ device, isPassed }) => {
    expect(checkLikelihoods({ model: 'mini', dtype: 'float32' }, cpu, device).isPassed).toBe(isPassed);
  });
});

describe('markdownOf', () => {
  it('names what is wrong', () => {
    const check = { what: 'Original, piqa, acc', found: '0.4', expected: '0.5', isPassed: false };
    const page = markdownOf({ engine: 'onnxruntime', processor: 'a CPU', devices: [], checks: [check], speeds: [] });
    expect(page).toContain('0 of 1 checks passed');
    expect(page).toContain('**Original, piqa, acc**: found 0.4; expected 0.5');
  });
});

import { describe, expect, it } from 'vitest';
import { absoluteRule, relativeRule } from './candidate-rule.ts';
import { ruleOf } from './find-super-weights.ts';

describe('ruleOf', () => {
  it('is one of the rules as it is, where nothing more is said', () => {
    expect(ruleOf({})).toEqual(relativeRule);
    expect(ruleOf({ rule: 'absolute' })).toEqual(absoluteRule);
  });

  it('replaces the thresholds that are given', () => {
    expect(ruleOf({ outputAbove: 2, explained: [0.3, 1] })).toEqual({
      ...relativeRule,
      output: { above: 2 },
      explained: [0.3, 1],
    });
    const ratio = { timesOtherLayers: 3 };
    expect(ruleOf({ allAbove: 3, rule: 'relative' })).toEqual({ ...relativeRule, input: ratio, output: ratio });
    expect(ruleOf({ rule: 'absolute', inputAbove: 0 })).toEqual({ ...absoluteRule, input: { above: 0 } });
  });

  it.each([{ limit: 3 }, { rule: 'absolute' as const }, { inputAbove: 1 }, { outputAbove: 1 }])(
    'refuses %j beside all candidates above a ratio',
    (other) => {
      expect(() => ruleOf({ allAbove: 3, ...other })).toThrow(
        expect.objectContaining({ code: 'detection/beside-all-above' }),
      );
    },
  );
});

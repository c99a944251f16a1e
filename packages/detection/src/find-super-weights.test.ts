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
    expect(ruleOf({ rule: 'absolute', inputAbove: 0 })).toEqual({ ...absoluteRule, input: { above: 0 } });
  });
});

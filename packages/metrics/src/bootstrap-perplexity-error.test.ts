import { PythonRandom } from '@linchpin/random';
import { describe, expect, it } from 'vitest';
import { bootstrapPerplexityError } from './bootstrap-perplexity-error.ts';
import { analyticPerplexityError } from './perplexity.ts';

const values = Array.from({ length: 400 }, (_, index) => -1 - ((index * 37) % 100) / 100);

describe('bootstrapPerplexityError', () => {
  it('agrees with the analytic value where the spread is small', () => {
    // With 2000 replicates the deviation itself is known to 1/√4000 = 1.6 %; three times that is allowed.
    const ratio = bootstrapPerplexityError(values, 2000)! / analyticPerplexityError(values)!;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.048);
  });

  it('seeds every chunk of 1000 with its number and drops what fills no chunk', () => {
    const perplexities = [0, 1].flatMap((seed) => {
      const generator = new PythonRandom(seed);
      return Array.from({ length: 1000 }, () => {
        const draw = Array.from({ length: 3 }, () => values[Math.floor(generator.random() * 3)]!);
        return Math.exp(-draw.reduce((sum, value) => sum + value, 0) / 3);
      });
    });
    const center = perplexities.reduce((sum, value) => sum + value, 0) / 2000;
    const deviation = Math.sqrt(perplexities.reduce((sum, value) => sum + (value - center) ** 2, 0) / 1999);
    expect(bootstrapPerplexityError(values.slice(0, 3), 2999)).toBe(deviation);
  });

  it('makes one smaller chunk of fewer than 1000 replicates', () => {
    expect(bootstrapPerplexityError(values, 10)).not.toBe(bootstrapPerplexityError(values, 11));
  });

  it('is null where there is nothing to vary', () => {
    expect(bootstrapPerplexityError([-1], 1000)).toBeNull();
    expect(bootstrapPerplexityError(values, 0)).toBeNull();
    expect(bootstrapPerplexityError(values, 1)).toBeNull();
  });

  it('refuses a number of replicates that is none', () => {
    for (const replicates of [-1, 0.5, Number.NaN, Infinity]) {
      expect(() => bootstrapPerplexityError(values, replicates)).toThrow(
        expect.objectContaining({ code: 'metrics/bad-replicates' }),
      );
    }
  });
});

import { describe, expect, it } from 'vitest';
import { interactionOf, type Together } from './pair.ts';

function together(both: number[], first: number[], second: number[]): Together {
  return interactionOf({ both, first, second }, 0.05).together;
}

describe('interactionOf', () => {
  it('is what both do beyond what each does alone, with the paired error of the windows', () => {
    const { value, standardError } = interactionOf({ both: [3, 5], first: [1, 1], second: [0, 1] }, 0.05);
    // Differences 2 and 3.
    expect([value, standardError]).toEqual([2.5, 0.5]);
    expect(interactionOf({ both: [3], first: [1], second: [1] }, 0.05).standardError).toBeNull();
  });

  it('calls it masking where either alone is harmless and both together are not', () => {
    expect(together([0.5, 0.6], [0.01, 0], [0, 0.01])).toBe('masking');
    expect(together([0.5, 0.6], [0.2, 0.2], [0, 0])).toBe('more than the sum');
    expect(together([0.01, 0.02], [0.2, 0.2], [0, 0])).toBe('less than the sum');
    expect(together([0.2, 0.1], [0.1, 0.1], [0.05, 0.06])).toBe('the sum');
    // No more than the windows differ.
    expect(together([0.3, -0.1], [0, 0], [0, 0])).toBe('the sum');
  });
});

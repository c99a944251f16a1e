import { Graph } from '@linchpin/onnx';
import { describe, expect, it } from 'vitest';
import { checkSums, requireExactIntegers } from './exact-integers.ts';

describe('8-bit products', () => {
  it('are refused where one sum is not exact', () => {
    const exact = 64 * 127 * 127;
    expect(() => checkSums(Int32Array.of(exact, exact))).not.toThrow();
    // What pairs give that saturate at 32767, the zero point's share taken off.
    const saturated = 32 * 32767 - 64 * 128 * 127;
    expect(() => checkSums(Int32Array.of(exact, saturated))).toThrow(
      expect.objectContaining({ code: 'runtime/inexact-integers' }),
    );
  });

  it('are not asked about where a graph has none', async () => {
    await expect(requireExactIntegers(new Graph())).resolves.toBeUndefined();
  });
});

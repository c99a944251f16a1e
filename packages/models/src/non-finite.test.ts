import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHeader, writeSafetensors } from '@linchpin/safetensors';
import { fromFloat32 } from '@linchpin/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { safetensors } from './formats/safetensors.ts';
import { nonFiniteWeights } from './errors.ts';
import { findNonFinite } from './non-finite.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-non-finite-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('findNonFinite', () => {
  it('names tensor, count, first place and value, in any type and behind the first piece that is read', async () => {
    const file = join(folder, 'model.safetensors');
    const large = new Float32Array(3 * 1_000_000);
    large[2_500_007] = -Infinity;
    large[2_999_999] = Number.NaN;
    const half = fromFloat32(Float32Array.of(1, Number.NaN, 65_504, 2 ** -24), 'F16');
    await writeSafetensors(file, [
      { name: 'large', dtype: 'F32', shape: [3, 1000, 1000], bytes: fromFloat32(large, 'F32') },
      { name: 'half', dtype: 'F16', shape: [2, 2], bytes: half },
      { name: 'fine', dtype: 'BF16', shape: [1], bytes: fromFloat32(Float32Array.of(3e38), 'BF16') },
    ]);
    const checkpoint = { ...(await readHeader(file)), format: safetensors };
    const findings = await findNonFinite(checkpoint, ['fine', 'half', 'large', 'absent']);
    expect(findings).toEqual([
      { tensor: checkpoint.tensors.get('half'), count: 1, coordinates: [0, 1], value: Number.NaN },
      { tensor: checkpoint.tensors.get('large'), count: 2, coordinates: [2, 500, 7], value: -Infinity },
    ]);
    expect(nonFiniteWeights(findings)).toMatchObject({
      code: 'models/non-finite-weights',
      problem: {
        subject: `${checkpoint.file}: half`,
        found: '1 of its values not finite, the first NaN at [0, 1]; also in large',
      },
    });
    expect(await findNonFinite(checkpoint, ['fine'])).toEqual([]);
  });
});

/** Every matrix under every variant of the goldens, by the hash of its float32 bytes: nothing may differ in any bit. */
import { createHash } from 'node:crypto';
import { readHeader, readTensor } from '@linchpin/safetensors';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { beforeAll, expect, it } from 'vitest';
import { type BlockSize, blocksOf, type Clipping, type LevelSet, quantizeMatrix } from '../src/index.ts';

interface Variant {
  readonly arithmetic: 'float32' | 'float16';
  readonly bits: number;
  readonly block: BlockSize;
  readonly levels: LevelSet;
  readonly clip: { readonly method: keyof typeof methods; readonly value: number } | null;
  readonly whole_matrix_blocks: number;
  readonly clipped: number;
  readonly squared_error: number;
  readonly sw_quantized_to: number;
  readonly sha256_sw_restored: string;
  readonly first_values: readonly number[];
  readonly sha256: Readonly<Record<string, string>>;
}

interface Golden {
  readonly super_weight: { readonly tensor: string; readonly row: number; readonly column: number };
  /** The first of an arithmetic is without bits: the weights in its format. */
  readonly variants: readonly (Variant | { readonly bits: null })[];
}

const methods = { zscore: 'z', block_percentage: 'bp', tensor_percentage: 'tp', iqr: 'iqr' } as const;

interface Matrix {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function sha256(values: Float32Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
}

function clippingOf({ clip }: Variant): Clipping | 'none' {
  return clip === null ? 'none' : { method: methods[clip.method], value: clip.value };
}

function title({ arithmetic, bits, block, levels, clip }: Variant): string {
  return `${arithmetic} ${bits} bits, block ${block}, ${levels}, ${clip === null ? 'none' : Object.values(clip).join(' ')}`;
}

for (const name of ['stories260K', 'tinystories-656k']) {
  const golden = `golden/quantize/${name}/weight_only.json`;
  const file = `models/${name}/model.safetensors`;
  describeShared(`weights of ${name}`, [golden, file], () => {
    const { super_weight: superWeight, variants } = readSharedJson(golden) as Golden;
    const quantized = variants.filter((variant): variant is Variant => variant.bits !== null);
    const originals = new Map<string, Matrix>();
    beforeAll(async () => {
      const { tensors } = await readHeader(sharedPath(file));
      for (const module of Object.keys(quantized[0]!.sha256)) {
        const stored = tensors.get(`${module}.weight`)!;
        originals.set(module, { shape: stored.shape, values: await readTensor(stored) });
      }
    });

    it('has as many variants as the reference was run with', () => {
      expect(quantized).toHaveLength(132);
    });

    it.each(quantized.map((variant) => [title(variant), variant] as const))('%s', (_, variant) => {
      const hashes: Record<string, string> = {};
      const counts = { clipped: 0, whole: 0, squaredError: 0 };
      for (const [module, { shape, values: original }] of originals) {
        const source = variant.arithmetic === 'float16' ? new Float32Array(new Float16Array(original)) : original;
        const values = original.slice();
        const blocks = blocksOf(module, shape, { block: variant.block, indivisible: 'whole-matrix' });
        const { bits, levels, arithmetic } = variant;
        const rule = { bits, levels, arithmetic, clipping: clippingOf(variant) };
        counts.clipped += quantizeMatrix({ name: module, values, columns: shape[1]!, blocks }, rule).clipped;
        counts.whole += blocks.isFallback ? 1 : 0;
        for (const [index, value] of values.entries()) counts.squaredError += (value - source[index]!) ** 2;
        hashes[module] = sha256(values);
        if (module === 'model.layers.0.mlp.gate_proj')
          expect([...values.subarray(0, 4)].map(shortened)).toEqual(variant.first_values.map(shortened));
        if (`${module}.weight` === superWeight.tensor) {
          const at = superWeight.row * shape[1]! + superWeight.column;
          expect(shortened(values[at]!)).toBe(shortened(variant.sw_quantized_to));
          values[at] = source[at]!;
          expect(sha256(values)).toBe(variant.sha256_sw_restored);
        }
      }
      expect(hashes).toEqual(variant.sha256);
      expect(counts.clipped).toBe(variant.clipped);
      expect(counts.whole).toBe(variant.whole_matrix_blocks);
      // Printed with 9 digits, and the order of summation differs.
      expect(Math.abs(counts.squaredError / variant.squared_error - 1)).toBeLessThan(1e-8);
    });
  });
}

/** The goldens print 9 digits, which are a float32 again. */
function shortened(value: number): number {
  return Math.fround(value);
}

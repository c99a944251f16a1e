/**
 * Round-to-nearest weight quantization in blocks (arXiv 2411.07191, Section 5.2, Figure 7, Table 6): the weights of every
 * matrix of the layers are clipped, rounded to 2^bits levels and put back as numbers, and the super weights get their values
 * again; bit for bit the reference's `quantize_blockwise`. Deviations, where the reference goes on silently: a matrix that the
 * block size does not divide is an error unless it is asked for as one block, a block of one value stays as it is, so
 * does one whose range is too small for a scale, and weights that are not finite and ranges beyond the arithmetic are errors.
 */
import { coordinatesOf, type EditableModel, type Intervention, type SuperWeight } from '@linchpin/plugin-api';
import { type Arithmetic, rounding } from './arithmetic.ts';
import { type BlockSize, blocksOf, type Indivisible } from './block-size.ts';
import type { Clipping } from './clipping.ts';
import { invalidBits, invalidBlock, invalidClipping } from './errors.ts';
import type { LevelSet } from './levels.ts';
import { normalFloats } from './normal-floats.ts';
import { type MatrixRule, type QuantizedMatrix, quantizeMatrix } from './quantize-matrix.ts';

export interface QuantizeWeightsOptions {
  /** From 2 to 8; 3 or 4 with the levels `normal_float`. */
  readonly bits: number;
  readonly block: BlockSize;
  /** `none` when absent. */
  readonly clipping?: Clipping | 'none';
  /** `integer` when absent. */
  readonly levels?: LevelSet;
  /** Format to which every step rounds; `float32` when absent. */
  readonly arithmetic?: Arithmetic;
  /** What becomes of a matrix that the block size does not divide; `error` when absent. */
  readonly indivisible?: Indivisible;
  /** Scalars that get their values before the quantization again; none when absent. */
  readonly restore?: readonly SuperWeight[];
}

/** Quantizes the weights of every matrix, one after another. */
export function quantizeWeights(options: QuantizeWeightsOptions): Intervention {
  const { bits, block, clipping = 'none', levels = 'integer', arithmetic = 'float32', indivisible = 'error' } = options;
  const { restore = [] } = options;
  requireValid({ bits, block, clipping, levels });
  const rule: MatrixRule = { bits, clipping, levels, arithmetic };
  return {
    name: 'quantize-weights',
    version: 1,
    settings: {
      bits,
      block,
      levels,
      arithmetic,
      indivisible,
      clipping: clipping === 'none' ? clipping : { method: clipping.method, value: clipping.value },
      restore: restore.map(coordinatesOf),
    },
    edit(model) {
      const restored = restoredByTensor(model, restore);
      for (const name of model.layerMatrices) {
        const weight = model.weight(name);
        const blocks = blocksOf(name, weight.shape, { block, indivisible });
        weight.map((values, shape) => {
          const kept = keep(values, shape, restored.get(name) ?? []);
          const columns = shape.at(-1) ?? 1;
          const quantized = quantizeMatrix({ name, values, blocks, columns }, rule);
          if (quantized.narrowBlocks > 0) model.remark(narrowInWords(name, quantized, arithmetic));
          for (const { at, value } of kept) {
            const restoredValue = rounding[arithmetic](value);
            if (isRounding(values[at]!, restoredValue, arithmetic))
              model.remark(idleInWords(name, [Math.floor(at / columns), at % columns]));
            values[at] = restoredValue;
          }
        });
      }
    },
  };
}

function narrowInWords(
  name: string,
  { narrowBlocks, firstNarrowRow }: QuantizedMatrix,
  arithmetic: Arithmetic,
): string {
  const blocks = narrowBlocks === 1 ? 'a block of' : `${narrowBlocks} blocks of`;
  const where = `${narrowBlocks === 1 ? '' : 'the first '}in row ${firstNarrowRow}`;
  return `leaves ${blocks} ${name} as ${narrowBlocks === 1 ? 'it is' : 'they are'} (${where}), of a range too small for a scale in ${arithmetic}`;
}

/** Largest and least weight of a block are levels of it, and come through as they were, but for how levels are computed. */
function isRounding(quantized: number, original: number, arithmetic: Arithmetic): boolean {
  return Math.abs(quantized - original) <= 4 * epsilons[arithmetic] * Math.abs(original);
}

/** Distance of 1 to the next number of the format. */
const epsilons: Readonly<Record<Arithmetic, number>> = { float32: 2 ** -23, float16: 2 ** -10 };

function idleInWords(name: string, [row, column]: readonly [number, number]): string {
  return `restores ${name}[${row}, ${column}] without effect: quantizing leaves it as it is, but for rounding`;
}

function restoredByTensor(model: EditableModel, restore: readonly SuperWeight[]): Map<string, SuperWeight[]> {
  const restored = Map.groupBy(restore, (at) => model.mlpOutput(at));
  for (const [name, weights] of restored) for (const { row, column } of weights) model.weight(name).check(row, column);
  return restored;
}

/** The values of entries, with their places. */
function keep(
  values: Float32Array,
  shape: readonly number[],
  entries: readonly SuperWeight[],
): { at: number; value: number }[] {
  const columns = shape.at(-1) ?? 1;
  return entries.map(({ row, column }) => ({ at: row * columns + column, value: values[row * columns + column]! }));
}

type Checked = Required<Pick<QuantizeWeightsOptions, 'bits' | 'block' | 'clipping' | 'levels'>>;

function requireValid({ bits, block, clipping, levels }: Checked): void {
  const isWhole = Number.isInteger(bits) && bits >= 2 && bits <= 8;
  if (!isWhole || (levels === 'normal_float' && normalFloats[bits] === undefined)) throw invalidBits(bits, levels);
  if (typeof block === 'number' && !(Number.isSafeInteger(block) && block >= 1)) throw invalidBlock(String(block));
  if (clipping === 'none') return;
  const { method, value } = clipping;
  const most = method === 'bp' || method === 'tp' ? 1 : Number.MAX_VALUE;
  if (!(value >= 0 && value <= most)) throw invalidClipping(clipping);
}

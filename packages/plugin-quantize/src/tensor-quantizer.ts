/**
 * Rounding to nearest in groups of one scale, every step rounded to float32 (SmoothQuant's fake_quant.py in float32, and
 * the asymmetric form as arXiv 2411.07191 prints it). Differs from both in refusing groups that are not finite, and in
 * what a constant group becomes in the asymmetric form: itself, where the printed form divides by zero.
 */
import { nonFiniteGroup } from './errors.ts';

export type Scheme = 'symmetric' | 'asymmetric';
/** Steps from the smallest to the largest value: 2^(N-1) - 1 as printed, or 2^N - 1, with N = 8 or 16. */
export type Levels = 127 | 255 | 32767 | 65535;

export interface TensorQuantizer {
  readonly scheme: Scheme;
  /** Of the asymmetric scheme; symmetric scales have 2^(N-1) - 1 steps for either of the N bits. */
  readonly levels: Levels;
}

export type Codes = Int8Array | Uint8Array | Int16Array | Uint16Array;

/** Codes of a tensor whose groups are runs of equal length. */
export interface QuantizedTensor {
  /** From -127 or -32767 to its opposite where symmetric, from 0 to `levels` where asymmetric. */
  readonly codes: Codes;
  /** One a group: value = code · scale (+ minimum). */
  readonly scale: Float32Array;
  /** One a group; absent where symmetric. */
  readonly minimum?: Float32Array;
}

/** Where to look for what is not finite. */
export interface QuantizedSubject {
  readonly groupSize: number;
  /** Named in errors. */
  readonly subject: string;
}

/** The smallest largest magnitude from which a symmetric scale is made. */
export const smallestMagnitude = 1e-5;

/** Whether codes take 8 bits, and not 16. */
export function isByte({ levels }: TensorQuantizer): boolean {
  return levels <= 255;
}

/** Steps from 0 to the largest magnitude. */
export function symmetricSteps(quantizer: TensorQuantizer): number {
  return isByte(quantizer) ? 127 : 32767;
}

/** Quantizes runs of `groupSize` values. Throws where a group is not finite. */
export function quantizeTensor(
  values: Float32Array,
  quantizer: TensorQuantizer,
  { groupSize, subject }: QuantizedSubject,
): QuantizedTensor {
  const groups = values.length / groupSize;
  const isSymmetric = quantizer.scheme === 'symmetric';
  const codes = emptyCodes(quantizer, values.length);
  const scale = new Float32Array(groups);
  const minimum = new Float32Array(isSymmetric ? 0 : groups);
  for (let group = 0; group < groups; group++) {
    const start = group * groupSize;
    const part = values.subarray(start, start + groupSize);
    const { step, origin } = groupScale(part, quantizer, { start, subject });
    scale[group] = step;
    if (!isSymmetric) minimum[group] = origin;
    if (step === 0) continue;
    for (let i = 0; i < groupSize; i++)
      codes[start + i] = roundHalfToEven(Math.fround(Math.fround(part[i]! - origin) / step));
  }
  return isSymmetric ? { codes, scale } : { codes, scale, minimum };
}

function emptyCodes(quantizer: TensorQuantizer, count: number): Codes {
  if (quantizer.scheme === 'symmetric') return isByte(quantizer) ? new Int8Array(count) : new Int16Array(count);
  return isByte(quantizer) ? new Uint8Array(count) : new Uint16Array(count);
}

/** The values that codes stand for; of the zeros that symmetric codes stand for none is negative. */
export function dequantizeTensor({ codes, scale, minimum }: QuantizedTensor): Float32Array {
  const groupSize = codes.length / scale.length;
  return Float32Array.from(codes, (code, index) => {
    const group = Math.floor(index / groupSize);
    const product = Math.fround(code * scale[group]!);
    return minimum === undefined ? product : product + minimum[group]!;
  });
}

/** To an integer, halves to even, as IEEE 754 and every kernel here round; for magnitudes below 2^51. */
export function roundHalfToEven(value: number): number {
  return value + roundingConstant - roundingConstant;
}

/** 1.5 · 2^52: the sum has no bits below the unit left. */
const roundingConstant = 6755399441055744;

/** A step below the normal numbers of float32 has too few bits to count with: the group counts as constant. */
const smallestStep = 2 ** -126;

interface GroupPlace {
  readonly start: number;
  readonly subject: string;
}

/** The step of a group, and the value that code 0 stands for. */
function groupScale(
  part: Float32Array,
  quantizer: TensorQuantizer,
  { start, subject }: GroupPlace,
): { step: number; origin: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < part.length; i++) {
    const value = part[i]!;
    if (!Number.isFinite(value)) throw nonFiniteGroup(subject, start + i, value);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const magnitude = Math.max(high, -low, Math.fround(smallestMagnitude));
  if (quantizer.scheme === 'symmetric') return { step: Math.fround(magnitude / symmetricSteps(quantizer)), origin: 0 };
  const spread = Math.fround(high - low);
  if (!Number.isFinite(spread)) throw nonFiniteGroup(subject, start, spread);
  const step = Math.fround(spread / quantizer.levels);
  return { step: step < smallestStep ? 0 : step, origin: low };
}

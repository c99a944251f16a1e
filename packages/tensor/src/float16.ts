/**
 * IEEE 754 binary16 in plain numbers: Node has Float16Array from version 24 on only. Widening is exact; narrowing and
 * rounding go to nearest, ties to even.
 */

/** From here on numbers round to infinity: half a step beyond the largest, 65504. */
const overflow = 65520;

/** 2 ** 14, which makes the least normal number 1. */
const unit = 16384;

/** Adding it to a number of units and taking it away again leaves a whole number of the steps below 2 units. */
const whole = 1.5 * 2 ** 52 * 2 ** -24;

/** Rounds a float64 to the nearest float16, once. */
export function roundToFloat16(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude < overflow)) return value * Infinity;
  // 2 ** exponent, in units; 1 for subnormal numbers, whose steps are those of the least normal ones.
  const power = 1 << (31 - Math.clz32((magnitude * unit) | 1));
  const rounded = magnitude + whole * power - whole * power;
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** The float32 numbers that the bits of float16 numbers stand for. */
export function widenFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  const values = new Float32Array(bits.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const magnitude = (half & 0x7fff) << 13;
    bits[i] = ((half & 0x8000) << 16) | (magnitude >= 0x7c00 << 13 ? magnitude | 0x7f800000 : magnitude);
    // The exponent counts from 15 instead of from 127; what is infinite or NaN stays so.
    values[i]! *= 2 ** 112;
  }
  return values;
}

/** The bits of the float16 numbers nearest to float32 numbers. */
export function narrowToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude > 0x7f800000) halves[i] = sign | 0x7e00;
    else if (magnitude >= 0x477ff000) halves[i] = sign | 0x7c00;
    else if (magnitude >= 0x38800000)
      halves[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    // A subnormal number is its count of steps.
    else halves[i] = sign | (Math.abs(roundToFloat16(values[i]!)) * 2 ** 24);
  }
  return halves;
}

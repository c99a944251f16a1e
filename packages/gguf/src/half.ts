/** The float16 at byte `at`: the scale of a block. */
export function halfAt(bytes: Uint8Array, at: number): number {
  const high = bytes[at + 1]!;
  const exponent = (high >> 2) & 31;
  const fraction = ((high & 3) << 8) | bytes[at]!;
  const magnitude =
    exponent === 31
      ? fraction === 0
        ? Infinity
        : NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return high < 128 ? magnitude : -magnitude;
}

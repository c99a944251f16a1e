/** Bits of a float32 without the sign order magnitudes as unsigned integers do; two counting passes find the n-th. */
const highBits = 16;
const buckets = 2 ** 15;

/** The n-th largest |value|, n from 1; exact, in time linear in the number of values. NaN sorts above infinity. */
export function largestMagnitude(values: Float32Array, n: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const high = new Uint32Array(buckets);
  for (let i = 0; i < bits.length; i++) high[(bits[i]! & 0x7fffffff) >>> highBits]!++;
  const top = bucketOf(high, n);
  const low = new Uint32Array(2 ** highBits);
  for (let i = 0; i < bits.length; i++)
    if ((bits[i]! & 0x7fffffff) >>> highBits === top.bucket) low[bits[i]! & 0xffff]!++;
  const rest = bucketOf(low, n - top.above);
  return new Float32Array(Uint32Array.of(((top.bucket << highBits) | rest.bucket) >>> 0).buffer)[0]!;
}

/** The bucket that the n-th largest falls into, and how many lie above it. */
function bucketOf(counts: Uint32Array, n: number): { bucket: number; above: number } {
  let above = 0;
  for (let bucket = counts.length - 1; bucket > 0; bucket--) {
    if (above + counts[bucket]! >= n) return { bucket, above };
    above += counts[bucket]!;
  }
  return { bucket: 0, above };
}

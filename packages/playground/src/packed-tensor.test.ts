import { expect, it } from 'vitest';
import { encodeEightBits } from './eight-bit-blocks.ts';
import { packedRow } from './packed-tensor.ts';

/** Bytes with something in front, so that places count. */
function behind(front: number, ...parts: readonly (Int8Array | Uint16Array | Float32Array)[]): Uint8Array {
  const bytes = parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  return Uint8Array.from([...new Uint8Array(front), ...bytes.flatMap((each) => [...each])]);
}

it('rounds to multiples of a 127th of the largest magnitude of a block', () => {
  // 127 and 254 give scales that float16 has: 1 and 2.
  const { codes, scales } = encodeEightBits(Float32Array.of(127, -0.4, 0.6, 12.5, -254, 3.1, 0, 100), 4);
  expect([...scales]).toEqual([0x3c00, 0x4000]);
  expect([...codes]).toEqual([127, -0, 1, 13, -127, 2, 0, 50].map((code) => code + 0));
});

it('leaves a block of zeros zero, and keeps codes within what a byte holds', () => {
  const { codes, scales } = encodeEightBits(Float32Array.of(0, 0, 1e-9, -1e-9), 2);
  expect([...codes, ...scales]).toEqual([0, 0, 0, 0, 0, 0]);
});

it('reads rows of float32 and of 8 bits', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const tensor = { dtype: 'F32', offset: 8 } as const;
  expect([...packedRow(behind(8, values), { shape: [2, 3], tensor }, 1)]).toEqual([4, 5, 6]);
  const codes = Int8Array.of(1, -2, 3, 4, 5, -6, 7, 8);
  const scales = Uint16Array.of(0x3c00, 0x4000, 0x3800, 0x3c00); // 1, 2, 1/2, 1
  const coded = { dtype: 'int8', codes: 4, scales: 12, block: 2 } as const;
  expect([...packedRow(behind(4, codes, scales), { shape: [2, 4], tensor: coded }, 1)]).toEqual([2.5, -3, 7, 8]);
});

it('reads a row of a matrix that lies there as [in, out]', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6); // [3 in, 2 out]
  const tensor = { dtype: 'F32', offset: 0, transposed: true } as const;
  expect([...packedRow(behind(0, values), { shape: [2, 3], tensor }, 1)]).toEqual([2, 4, 6]);
});

import { readTensor } from '@linchpin/safetensors';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { claimFolder } from './claimed-folder.ts';
import { EditedCopies } from './edited-copies.ts';

const root = temporaryFolder();

it.each([
  // [stored type, values, type of the file]
  ['F16', [1, 0, -0, 0.5], 'F16'],
  ['F16', [1, 0, 0.1, 0.5], 'F32'],
  ['BF16', [1, 0, -0, 2 ** -130], 'BF16'],
  ['BF16', [1, 0, 1 + 2 ** -12, 2], 'F32'],
  ['F32', [1, 0, 0.1, 0.5], 'F32'],
  // An encoding of blocks cannot be written again.
  ['Q4_0', [1, 0, -0, 0.5], 'F32'],
])('a file of a tensor stored as %s with %j has the type %s and every value', async (dtype, numbers, expected) => {
  const copies = new EditedCopies({ mostInGraph: 0, claim: async () => await claimFolder(root, 'copies') });
  const values = Float32Array.from(numbers);
  const placed = await copies.place({ kind: 'copy', values, changed: 1 }, { name: 'w', shape: [2, 2], dtype });
  if (placed.kind !== 'file') throw new Error(`it is ${placed.kind}`);
  expect([placed.stored.dtype, placed.stored.shape]).toEqual([expected, [2, 2]]);
  const read = await readTensor(placed.stored);
  expect([...read].every((value, at) => Object.is(value, values[at]))).toBe(true);
  expect(copies.hasFiles).toBe(true);
  await copies.removeFiles();
});

import { expect, it } from 'vitest';
import { describeProcessor } from './processor.ts';

it.each([
  [
    'processor : 0\nflags\t\t: fpu avx2 avx512f avx512_vnni amx_int8 ssse3\n',
    ['avx2', 'avx512f', 'avx512_vnni', 'amx_int8'],
  ],
  ['Features\t: fp asimd asimddp i8mm\n', ['asimd', 'asimddp', 'i8mm']],
  ['', null],
])('reads the kernel’s list %j', (text, features) => {
  expect(describeProcessor(() => text).features).toEqual(features);
});

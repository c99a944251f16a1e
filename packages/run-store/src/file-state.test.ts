import { expect, it } from 'vitest';
import { keepsTimeOfChange } from './file-state.ts';

const second = 1_000_000_000n;

it.each([
  { times: { mtimeNs: 5n * second, ctimeNs: 9n * second }, kept: true, of: 'a file whose time was set' },
  { times: { mtimeNs: 5n * second + 1n, ctimeNs: 5n * second + 1n }, kept: true, of: 'a fine clock' },
  { times: { mtimeNs: 4n * second, ctimeNs: 4n * second }, kept: false, of: 'FAT, SFTP and images' },
  { times: { mtimeNs: 4n * second + 10_000_000n, ctimeNs: 4n * second + 10_000_000n }, kept: false, of: 'exFAT' },
  { times: { mtimeNs: 4n * second, ctimeNs: 0n }, kept: false, of: 'a file system without one' },
  { times: { mtimeNs: 4n * second, ctimeNs: -11_644_473_600n * second }, kept: false, of: 'FAT under Windows' },
])('tells by the times of $of whether one is that of change: $kept', ({ times, kept }) => {
  expect(keepsTimeOfChange(times)).toBe(kept);
});

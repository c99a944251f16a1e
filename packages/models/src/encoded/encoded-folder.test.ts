import { expect, it } from 'vitest';
import { encodedFolder } from './encoded-folder.ts';

it.each([
  [{ LINCHPIN_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a/encoded'],
  [{ XDG_CACHE_HOME: '/b' }, '/b/linchpin/encoded'],
])('%j keeps encoded weights in %s', (environment, folder) => {
  expect(encodedFolder(environment)).toBe(folder);
});

it('falls back to the folder of caches in the home folder', () => {
  expect(encodedFolder({})).toMatch(/\.cache\/linchpin\/encoded$/);
});

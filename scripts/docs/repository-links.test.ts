import { expect, it } from 'vitest';
import { siteAddress } from './repository-links.ts';

const pages = { 'docs/index.md': 'index.md', 'docs/a/b.md': 'a/b.md', 'packages/x/README.md': 'packages/x.md' };
const place = { file: 'docs/a/b.md', pages, repository: 'https://example.org/r' };

it.each([
  ['../index.md', '/index.md'],
  ['b.md#there', '/a/b.md#there'],
  ['../../packages/x', '/packages/x.md'],
  ['../../packages/x/', '/packages/x.md'],
  ['../../packages/x/src/a.ts', 'https://example.org/r/blob/main/packages/x/src/a.ts'],
  ['#here', '#here'],
  ['https://example.org/elsewhere', 'https://example.org/elsewhere'],
])('leads %s to %s', (target, address) => {
  expect(siteAddress(target, place)).toBe(address);
});

it('leads nowhere while the repository has no address', () => {
  expect(siteAddress('../../LICENSE', { ...place, repository: undefined })).toBeUndefined();
});

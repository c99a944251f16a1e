import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identifySnapshot, repositoryFolder } from './cache.ts';

describe('identifySnapshot', () => {
  it('finds model and commit in the path', () => {
    const folder = join(repositoryFolder('/cache', { type: 'model', name: 'org/my-model_1.0' }), 'snapshots', 'abc');
    expect(folder).toBe('/cache/models--org--my-model_1.0/snapshots/abc');
    expect(identifySnapshot(folder)).toEqual({ hubId: 'org/my-model_1.0', revision: 'abc' });
  });

  it.for([
    '/cache/models--org--name',
    '/cache/models--org--name/blobs/abc',
    '/cache/datasets--org--name/snapshots/abc',
  ])('finds none in %s', (folder) => {
    expect(identifySnapshot(folder)).toBeUndefined();
  });
});

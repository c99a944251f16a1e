import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, identifySnapshot, repositoryFolder } from './cache.ts';

describe('cacheFolder', () => {
  it.for([
    [{ HF_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
    [{ HUGGINGFACE_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
    [{ HF_HOME: '/b', XDG_CACHE_HOME: '/c' }, '/b/hub'],
    [{ XDG_CACHE_HOME: '/c' }, '/c/huggingface/hub'],
    [{}, join(homedir(), '.cache/huggingface/hub')],
  ] as const)('of %j is %s', ([environment, folder]) => {
    expect(cacheFolder(environment)).toBe(folder);
  });
});

describe('identifySnapshot', () => {
  it('finds model and commit in the path', () => {
    const folder = join(repositoryFolder('/cache', 'org/my-model_1.0'), 'snapshots', 'abc');
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

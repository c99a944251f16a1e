import { describe, expect, it } from 'vitest';
import { knownData } from './known-data.ts';
import { manifest } from './manifest.ts';

describe('manifest', () => {
  it('gives no file name to two data sets', () => {
    const paths = Object.values(manifest).flatMap(({ files }) => files.map(({ path }) => path));
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('prefers complete files in the form of the hub', () => {
    const rank = { hub: 0, sample: 1, processed: 2 };
    for (const { files } of Object.values(manifest)) {
      const ranks = files.map(({ form }) => rank[form]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }
  });
});

describe('knownData', () => {
  it('belong to sets of the manifest and have well-formed hashes', () => {
    for (const [sha256, { dataset }] of knownData) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(manifest).toHaveProperty(dataset);
    }
  });
});

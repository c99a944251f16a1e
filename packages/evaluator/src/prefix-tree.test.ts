import { describe, expect, it } from 'vitest';
import { prefixForest, singleTree } from './prefix-tree.ts';

const request = (context: number[], continuation: number[]) => ({ context, continuation });

describe('prefixForest', () => {
  it('lays what the choices share once, in depth-first order', () => {
    const { trees, tokensAsked } = prefixForest(
      [request([1, 2, 3], [4, 5]), request([1, 2, 3], [6]), request([1, 2, 3], [4, 7])],
      16,
    );
    expect(trees).toEqual([
      {
        tokenIds: Int32Array.of(1, 2, 3, 4),
        depths: Int32Array.of(0, 1, 2, 3),
        ends: Int32Array.of(4, 4, 4, 4),
        requests: [
          { index: 1, scoredNodes: Int32Array.of(2), targetIds: Int32Array.of(6) },
          { index: 0, scoredNodes: Int32Array.of(2, 3), targetIds: Int32Array.of(4, 5) },
          { index: 2, scoredNodes: Int32Array.of(2, 3), targetIds: Int32Array.of(4, 7) },
        ],
      },
    ]);
    expect(tokensAsked).toBe(4 + 3 + 4);
  });

  it('branches where contexts differ', () => {
    const tree = prefixForest([request([1, 2, 9], [5, 6]), request([1, 8, 9], [5, 6])], 16).trees[0]!;
    expect([...tree.tokenIds]).toEqual([1, 2, 9, 5, 8, 9, 5]);
    expect([...tree.depths]).toEqual([0, 1, 2, 3, 1, 2, 3]);
    expect([...tree.ends]).toEqual([7, 4, 4, 4, 7, 7, 7]);
    expect([...singleTree(tree, tree.requests[1]!).tokenIds]).toEqual([1, 8, 9, 5]);
  });

  it('drops the beginning of what does not fit, and begins another tree where nothing is shared', () => {
    const { trees } = prefixForest([request([1, 2, 3, 4], [5]), request([1, 2, 3, 4], [5, 6])], 3);
    expect(trees.map((tree) => [...tree.tokenIds])).toEqual([
      [2, 3, 4],
      [3, 4, 5],
    ]);
    expect(trees.map((tree) => [...tree.depths])).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('gives equal requests the same nodes', () => {
    const tree = prefixForest([request([1, 2], [3]), request([1, 2], [3])], 8).trees[0]!;
    expect(tree.tokenIds.length).toBe(2);
    expect(tree.requests.map(({ scoredNodes }) => [...scoredNodes])).toEqual([[1], [1]]);
  });

  it('says why a request has no score', () => {
    const requests = [request([1], []), request([], [1]), request([1], [2, 3, 4, 5]), request([1], [2, 3, 4])];
    const { trees, unscorable } = prefixForest(requests, 3);
    expect([...unscorable]).toEqual([
      [0, 'empty-continuation'],
      [1, 'empty-context'],
      [2, 'continuation-too-long'],
    ]);
    expect(trees[0]!.requests).toEqual([
      { index: 3, scoredNodes: Int32Array.of(0, 1, 2), targetIds: Int32Array.of(2, 3, 4) },
    ]);
  });
});

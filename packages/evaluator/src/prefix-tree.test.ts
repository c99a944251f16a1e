import { expectProblem } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { pathTree, prefixForest } from './prefix-tree.ts';

const request = (context: number[], continuation: number[]) => ({ context, continuation });

const limits = (contextLength: number, mostTokens = 100) => ({ contextLength, mostTokens, vocabularySize: 10 });

describe('prefixForest', () => {
  it('lays what the choices share once, in depth-first order', () => {
    const { trees, tokensAsked } = prefixForest(
      [request([1, 2, 3], [4, 5]), request([1, 2, 3], [6]), request([1, 2, 3], [4, 7])],
      limits(16),
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
    const tree = prefixForest([request([1, 2, 9], [5, 6]), request([1, 8, 9], [5, 6])], limits(16)).trees[0]!;
    expect([...tree.tokenIds]).toEqual([1, 2, 9, 5, 8, 9, 5]);
    expect([...tree.depths]).toEqual([0, 1, 2, 3, 1, 2, 3]);
    expect([...tree.ends]).toEqual([7, 4, 4, 4, 7, 7, 7]);
    expect([...pathTree(tree, 6).tokenIds]).toEqual([1, 8, 9, 5]);
  });

  it('drops the beginning of what does not fit, and begins another tree where nothing is shared', () => {
    const { trees } = prefixForest([request([1, 2, 3, 4], [5]), request([1, 2, 3, 4], [5, 6])], limits(3));
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
    const tree = prefixForest([request([1, 2], [3]), request([1, 2], [3])], limits(8)).trees[0]!;
    expect(tree.tokenIds.length).toBe(2);
    expect(tree.requests.map(({ scoredNodes }) => [...scoredNodes])).toEqual([[1], [1]]);
  });

  it('says why a request has no score', () => {
    const requests = [request([1], []), request([], [1]), request([1], [2, 3, 4, 5]), request([1], [2, 3, 4])];
    const { trees, unscorable } = prefixForest(requests, limits(3));
    expect([...unscorable]).toEqual([
      [0, 'empty-continuation'],
      [1, 'empty-context'],
      [2, 'continuation-too-long'],
    ]);
    expect(trees[0]!.requests).toEqual([
      { index: 3, scoredNodes: Int32Array.of(0, 1, 2), targetIds: Int32Array.of(2, 3, 4) },
    ]);
  });

  it('splits a tree that is too large between its requests, and keeps equal ones together', () => {
    const requests = [
      request([1, 2, 3, 4], [5, 6]),
      request([1, 2, 7, 8], [5, 6]),
      request([1, 2, 3, 4], [5, 6]),
      request([1, 2, 9], [5]),
    ];
    const { trees } = prefixForest(requests, limits(16, 6));
    expect(trees.map((tree) => [...tree.tokenIds])).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 7, 8, 5, 9],
    ]);
    expect(trees.map((tree) => tree.requests.map(({ index }) => index))).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(prefixForest(requests.slice(0, 1), limits(16, 2)).trees.length).toBe(1);
  });

  it('lays every path by itself where sequences are isolated, and equal ones once', () => {
    const requests = [request([1, 2], [3, 4]), request([1, 2], [3]), request([1, 2], [3, 5]), request([1], [2, 7])];
    const { trees, tokensAsked } = prefixForest(requests, { ...limits(16), isolated: true });
    expect(trees.map((tree) => [...tree.tokenIds])).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
    expect(trees.map((tree) => tree.requests.map(({ index }) => index))).toEqual([
      [1, 3],
      [0, 2],
    ]);
    expect(tokensAsked).toBe(3 + 2 + 3 + 2);
  });

  it.each([-1, 10])('refuses the id %i', (id) => {
    expectProblem('evaluator/id-out-of-range', () => prefixForest([request([1, id], [2])], limits(8)));
  });
});

import type { TokenRequest } from '@linchpin/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToFit, cutTrees, newTokens, trunkLength } from './cut-trees.ts';
import { prefixForest, type PrefixTree } from './prefix-tree.ts';

const limits = { mostTokens: 200, partLength: 16 };

function treeOf(requests: readonly TokenRequest[]): PrefixTree {
  const { trees } = prefixForest(requests, { contextLength: 4096, vocabularySize: 1000, mostTokens: 4096 });
  return trees[0]!;
}

/** `length` ids from `first` on. */
const path = (first: number, length: number): number[] => Array.from({ length }, (_, index) => (first + index) % 1000);
const question = (begin: readonly number[], own: number): PrefixTree =>
  treeOf([7, 8].map((choice) => ({ context: [...begin, ...path(own, 10)], continuation: [choice, 9] })));

describe('trunkLength', () => {
  it('ends where a tree branches, and before the first token whose successor is asked for', () => {
    expect(trunkLength(treeOf([{ context: [1, 2, 3], continuation: [4, 5] }]))).toBe(2);
    const branching = [
      { context: [1, 2, 3, 4], continuation: [5] },
      { context: [1, 2, 6, 4], continuation: [5] },
    ];
    expect(trunkLength(treeOf(branching))).toBe(2);
    expect(trunkLength(treeOf([{ context: [1], continuation: [2, 3, 4] }]))).toBe(0);
  });
});

describe('cutTrees', () => {
  it('cuts what many questions begin with, and leaves the others whole', () => {
    const begin = path(100, 50);
    const [alone, ...sharing] = [question(path(500, 40), 20), ...[0, 30, 60].map((own) => question(begin, own))];
    const groups = cutTrees([sharing[0]!, alone, ...sharing.slice(1)], limits);
    expect(groups.map(({ prefix, trees }) => [prefix?.tokenIds.length, trees.length])).toEqual([
      [undefined, 1],
      [50, 3],
    ]);
    expect([...groups[1]!.prefix!.tokenIds]).toEqual(begin);
    expect(groups[1]!.trees.every(({ from }) => from === 50)).toBe(true);
  });

  it('leaves what is short, or seldom, or saves less than batches of their own cost', () => {
    const few = (length: number, count: number): number =>
      cutTrees(
        Array.from({ length: count }, (_, index) => question(path(100, length), 20 * index)),
        limits,
      ).filter(({ prefix }) => prefix !== undefined).length;
    expect(few(31, 40)).toBe(0);
    expect(few(60, 2)).toBe(0);
    expect(few(70, 2)).toBe(1);
  });

  it('cuts twice where a preamble is followed by examples of several subjects, and computes the preamble once', () => {
    const preamble = path(0, 64);
    const subjects = [300, 400].flatMap((first) =>
      [0, 30, 60, 90].map((own) => question([...preamble, ...path(first, 80)], own)),
    );
    const groups = cutTrees(subjects, limits);
    expect(groups.map(({ prefix }) => prefix?.tokenIds.length)).toEqual([144, 144]);
    expect(newTokens(groups[0]!.prefix!, undefined)).toBe(144);
    expect(newTokens(groups[1]!.prefix!, groups[0]!.prefix)).toBe(80);
    expect(newTokens(groups[1]!.prefix!, groups[1]!.prefix)).toBe(0);
  });

  it('keeps whole parts alone of another prefix', () => {
    const one = { tokenIds: Int32Array.from(path(0, 40)), partLength: 16 };
    const other = { tokenIds: Int32Array.from([...path(0, 39), 999]), partLength: 16 };
    expect(newTokens(other, one)).toBe(8);
    expect(newTokens({ ...one, partLength: 8 }, one)).toBe(40);
  });

  it('cuts a tree that is larger than a batch along its trunk, in whole parts', () => {
    const large = question(path(100, 300), 20);
    expect(cutToFit(large, limits)).toBe(112);
    const [group] = cutTrees([large], limits);
    expect(group!.prefix!.tokenIds.length).toBe(112);
    expect(cutToFit(treeOf([{ context: [1], continuation: path(2, 300) }]), limits)).toBeUndefined();
  });

  it('gives every tree once, behind tokens that are its own', () => {
    const ids = fc.array(fc.nat(3), { minLength: 1, maxLength: 12 });
    const begins = fc.array(fc.array(fc.nat(3), { minLength: 20, maxLength: 90 }), { minLength: 1, maxLength: 3 });
    const trees = begins.chain((all) =>
      fc.array(
        fc
          .record({ begin: fc.constantFrom(...all), length: fc.nat(90), own: ids, continuation: ids })
          .map(({ begin, length, own, continuation }) =>
            treeOf([{ context: [...begin.slice(0, length), ...own], continuation }]),
          ),
        { minLength: 1, maxLength: 12 },
      ),
    );
    fc.assert(
      fc.property(trees, (all) => {
        const groups = cutTrees(all, limits);
        const given = groups.flatMap((group) => group.trees.map(({ tree }) => tree));
        expect(new Set(given)).toEqual(new Set(all));
        expect(given.length).toBe(all.length);
        for (const { prefix, trees: members } of groups)
          for (const { tree, from } of members) {
            expect(from).toBe(prefix?.tokenIds.length ?? 0);
            expect(from).toBeLessThanOrEqual(trunkLength(tree));
            expect(tree.tokenIds.slice(0, from)).toEqual(prefix?.tokenIds ?? new Int32Array());
          }
      }),
    );
  });
});

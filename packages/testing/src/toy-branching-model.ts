/** A model without weights that writes: what follows a sequence is a hash of it, so that whatever mixes sequences up shows. */
import type { BranchingModel, Growth, TokenBranches } from '@linchpin/plugin-api';
import { toyDistribution } from './toy-executor.ts';

export interface ToyBranchingModel extends BranchingModel {
  /** How many branches each run let grow. */
  readonly runs: readonly number[];
}

export function toyBranchingModel({
  contextLength = 64,
  vocabularySize = 13,
}: { readonly contextLength?: number; readonly vocabularySize?: number } = {}): ToyBranchingModel {
  const paths = new Map<TokenBranches, readonly (readonly number[])[]>();
  const runs: number[] = [];
  const pathsOf = (branches: TokenBranches): readonly (readonly number[])[] => paths.get(branches)!;
  const beginBranches = (): TokenBranches => {
    const branches: TokenBranches = {
      get length() {
        return pathsOf(branches)[0]!.length;
      },
      get count() {
        return pathsOf(branches).length;
      },
    };
    paths.set(branches, [[]]);
    return branches;
  };
  const grow = async (growths: readonly Growth[]): Promise<Float32Array[][]> => {
    runs.push(growths.reduce((sum, { next }) => sum + next.length, 0));
    return growths.map(({ branches, next }) => {
      const grown = next.map(({ from, ids }) => [...pathsOf(branches)[from]!, ...ids]);
      if (grown.some(({ length }) => length > contextLength)) throw new Error('the context is full');
      paths.set(branches, grown);
      return grown.map((path) => Float32Array.from(toyDistribution(path, vocabularySize)));
    });
  };
  return {
    contextLength,
    vocabularySize,
    runs,
    beginBranches,
    grow,
    begin() {
      const branches = beginBranches();
      return {
        get length() {
          return branches.length;
        },
        async feed(ids) {
          const [logits] = await grow([{ branches, next: [{ from: 0, ids }] }]);
          return logits![0]!;
        },
      };
    },
    async release() {},
  };
}

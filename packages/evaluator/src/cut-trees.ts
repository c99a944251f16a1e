/**
 * What trees of several questions begin with, as prefixes that are computed once: a task's examples, a chat's preamble. Trees
 * are sorted by their trunks, so that those with a common beginning stand side by side at every depth, and each such run
 * is cut where that costs the fewest tokens. A tree that is larger than a batch is cut along its own trunk.
 */
import { type BatchPrefix, sharedTokens } from '@linchpin/plugin-api';
import { commonLength, compareTokens, type PrefixTree } from './prefix-tree.ts';

/** A tree without the first tokens of its trunk. */
export interface CutTree {
  readonly tree: PrefixTree;
  /** How many of its tokens the batch's prefix holds. */
  readonly from: number;
}

/** Trees that follow one prefix. */
export interface TreeGroup {
  /** Absent where nothing is shared. */
  readonly prefix?: BatchPrefix;
  readonly trees: readonly CutTree[];
}

export interface CutLimits {
  /** Most tokens of a batch. */
  readonly mostTokens: number;
  /** Tokens of each part that a prefix is computed in. */
  readonly partLength: number;
}

/**
 * What it costs to run trees in batches of their own, in tokens of a full batch: a run of a few tokens reads all weights as a
 * large one does, and the last batch of a prefix is seldom full.
 */
const groupCost = 64;

/** Prefixes that are shorter save less than rows of several short trees do. */
const leastPrefix = 32;

/** Groups in the order in which the least is computed again: prefixes that begin alike stand side by side. */
export function cutTrees(trees: readonly PrefixTree[], limits: CutLimits): TreeGroup[] {
  const sorted = trees
    .map((tree): SortedTree => ({ tree, trunk: tree.tokenIds.subarray(0, trunkLength(tree)) }))
    .toSorted((a, b) => compareTokens(a.trunk, b.trunk));
  const plan = new Cutter(sorted, limits).plan({ start: 0, end: sorted.length }, 0);
  const groups = plan.groups.map(({ length, members }): TreeGroup => {
    const prefix = { tokenIds: members[0]!.tree.tokenIds.slice(0, length), partLength: limits.partLength };
    return { prefix, trees: members.map(({ tree }) => ({ tree, from: length })) };
  });
  const whole = plan.left.map(({ tree }): CutTree => ({ tree, from: 0 }));
  return whole.length === 0 ? groups : [{ trees: whole }, ...groups];
}

/** Tokens of a prefix that are not kept from the one before. */
export function newTokens(prefix: BatchPrefix, before: BatchPrefix | undefined): number {
  return prefix.tokenIds.length - sharedTokens(prefix, before);
}

/** Length of the single path that a tree begins with, before the first token whose successor is asked for. */
export function trunkLength({ ends, requests }: PrefixTree): number {
  const scored = requests.reduce((least, { scoredNodes }) => Math.min(least, scoredNodes[0]!), ends.length);
  let length = 0;
  while (length < scored && ends[length] === ends.length) length++;
  return length;
}

/** How much of a tree's trunk has to be cut, in whole parts, so that the rest fits a batch; undefined where its trunk is shorter. */
export function cutToFit(tree: PrefixTree, { mostTokens, partLength }: CutLimits): number | undefined {
  const cut = Math.ceil((tree.tokenIds.length - mostTokens) / partLength) * partLength;
  return cut <= trunkLength(tree) ? cut : undefined;
}

interface SortedTree {
  readonly tree: PrefixTree;
  readonly trunk: Int32Array;
}

/** Some of the sorted trees. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Plan {
  /** In tokens, the prefix before them left out. */
  readonly cost: number;
  /** Trees that follow the prefix before them as they are. */
  readonly left: readonly SortedTree[];
  readonly groups: readonly { readonly length: number; readonly members: readonly SortedTree[] }[];
}

class Cutter {
  readonly #trees: readonly SortedTree[];
  readonly #limits: CutLimits;
  /** Length of what each tree begins with as the one before does. */
  readonly #common: readonly number[];
  readonly #plans = new Map<string, Plan>();

  constructor(trees: readonly SortedTree[], limits: CutLimits) {
    this.#trees = trees;
    this.#limits = limits;
    this.#common = trees.map(({ trunk }, index) => (index === 0 ? 0 : commonLength(trees[index - 1]!.trunk, trunk)));
  }

  /** The cheapest way for trees that follow a prefix of `base` tokens. */
  plan(range: Range, base: number): Plan {
    const key = `${range.start}:${range.end}:${base}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = range.end - range.start <= 1 ? this.#planOne(range, base) : this.#planSeveral(range, base);
    this.#plans.set(key, plan);
    return plan;
  }

  /** One tree, or none. Only what does not fit a batch is cut, in whole parts. */
  #planOne({ start, end }: Range, base: number): Plan {
    const members = this.#trees.slice(start, end);
    const [first] = members;
    if (first === undefined) return { cost: 0, left: [], groups: [] };
    const cost = first.tree.tokenIds.length - base;
    const cut = cost <= this.#limits.mostTokens ? undefined : cutToFit(first.tree, this.#limits);
    if (cut === undefined) return { cost, left: members, groups: [] };
    return { cost: cost + groupCost, left: [], groups: [{ length: cut, members }] };
  }

  #planSeveral(range: Range, base: number): Plan {
    const depth = this.#depth(range);
    const children = this.#children(range, depth);
    const apart = joined(children.map((child) => this.plan(child, base)));
    const members = range.end - range.start;
    if (depth - base < leastPrefix || (members - 1) * (depth - base) <= groupCost) return apart;
    const behind = joined(children.map((child) => this.plan(child, depth)));
    const { partLength } = this.#limits;
    const own = behind.left.length === 0 ? [] : [{ length: depth, members: behind.left }];
    const again = depth - (base - (base % partLength));
    const cost = again + groupCost * own.length + behind.cost;
    if (cost >= apart.cost) return apart;
    return { cost, left: [], groups: [...own, ...behind.groups] };
  }

  /** What all of them begin with. */
  #depth({ start, end }: Range): number {
    let depth = this.#common[start + 1]!;
    for (let at = start + 2; at < end; at++) depth = Math.min(depth, this.#common[at]!);
    return depth;
  }

  /** Those that begin alike beyond the depth, together. */
  #children({ start, end }: Range, depth: number): Range[] {
    const children: Range[] = [];
    for (let first = start, last = start + 1; first < end; first = last++) {
      while (last < end && this.#common[last]! > depth) last++;
      children.push({ start: first, end: last });
    }
    return children;
  }
}

function joined(plans: readonly Plan[]): Plan {
  return {
    cost: plans.reduce((sum, { cost }) => sum + cost, 0),
    left: plans.flatMap(({ left }) => left),
    groups: plans.flatMap(({ groups }) => groups),
  };
}

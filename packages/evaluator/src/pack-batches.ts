/**
 * Trees into rows and rows into batches: first fit, longest first, so that a row's rest is filled by small trees and
 * little is padding. Rows of one batch are equally long, and attention pays for their length.
 */
import type { BatchPrefix, PackedBatch } from '@linchpin/plugin-api';
import type { CutTree, TreeGroup } from './cut-trees.ts';
import type { PrefixTree } from './prefix-tree.ts';

/** A tree's place in a batch. */
export interface PlacedTree {
  readonly tree: PrefixTree;
  /** Flat index of the tree's first token; negative where a prefix holds it, and more than the batch has before the tree. */
  readonly offset: number;
  /** Index of the first target of each of the tree's requests. */
  readonly firstTargets: Int32Array;
}

export interface TreeBatch {
  readonly batch: PackedBatch;
  readonly trees: readonly PlacedTree[];
  readonly paddingTokens: number;
}

/** Row lengths that are tried; the one at which a useful token costs least is taken. */
const rowLengths = [64, 96, 128, 160, 192, 224, 256, 320, 384];

/** Row length at which attention costs as much as all products with weights: a model of 768 channels, measured. */
const attentionBalance = 4000;

/** Lays trees in batches of at most `batchTokens` tokens; a longer tree, of one path, makes a batch by itself. */
export function* packBatches({ prefix, trees }: TreeGroup, batchTokens: number): Generator<TreeBatch> {
  if (prefix !== undefined) {
    for (const row of equalRows(trees, batchTokens)) yield layBatch([row], prefix);
    return;
  }
  let waiting = trees.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  while (waiting.length > 0) {
    const { rows, left } = cheapestRows(waiting, batchTokens);
    yield layBatch(rows);
    waiting = left;
  }
}

/** The same where each tree, of one path, is a row of its own: rows of one batch are equally long, nothing is padded. */
export function* packIsolated({ trees }: TreeGroup, batchTokens: number): Generator<TreeBatch> {
  const byLength = Map.groupBy(trees, lengthOf);
  for (const [length, equals] of [...byLength].toSorted(([a], [b]) => b - a)) {
    const most = Math.max(1, Math.floor(batchTokens / length));
    for (let first = 0; first < equals.length; first += most)
      yield layBatch(equals.slice(first, first + most).map((tree) => [tree]));
  }
}

function lengthOf({ tree, from }: CutTree): number {
  return tree.tokenIds.length - from;
}

function totalLength(trees: readonly CutTree[]): number {
  return trees.reduce((sum, tree) => sum + lengthOf(tree), 0);
}

interface FilledRows {
  readonly rows: CutTree[][];
  readonly left: CutTree[];
}

/** Longer rows can be filled better, shorter ones need less attention. */
function cheapestRows(trees: readonly CutTree[], batchTokens: number): FilledRows {
  const longest = lengthOf(trees[0]!);
  const lengths = [longest, ...rowLengths.filter((length) => length > longest && length <= batchTokens)];
  const filled = lengths.map((length) => fillRows(trees, length, Math.max(1, Math.floor(batchTokens / length))));
  return filled.reduce((best, candidate) => (costOfToken(candidate.rows) < costOfToken(best.rows) ? candidate : best));
}

/** What a token costs that is no padding, in units of its products with weights. */
function costOfToken(rows: readonly CutTree[][]): number {
  const used = rows.map(totalLength);
  const rowLength = Math.max(...used);
  const tokens = used.reduce((sum, length) => sum + length, 0);
  return ((rows.length * rowLength) / tokens) * (1 + rowLength / attentionBalance);
}

/** First fit: every tree goes into the first row that has room for it. */
function fillRows(trees: readonly CutTree[], capacity: number, mostRows: number): FilledRows {
  const rows: CutTree[][] = [];
  const room: number[] = [];
  const left: CutTree[] = [];
  const smallest = lengthOf(trees.at(-1)!);
  let firstOpen = 0; // rows before it have room for nothing
  for (const [index, tree] of trees.entries()) {
    while (firstOpen < rows.length && room[firstOpen]! < smallest) firstOpen++;
    if (firstOpen === mostRows) return { rows, left: [...left, ...trees.slice(index)] };
    let row = firstOpen;
    while (row < rows.length && room[row]! < lengthOf(tree)) row++;
    if (row === mostRows) {
      left.push(tree);
      continue;
    }
    if (row === rows.length) rows.push([]);
    rows[row]!.push(tree);
    room[row] = (room[row] ?? capacity) - lengthOf(tree);
  }
  return { rows, left };
}

/** Rows that are batches of their own, as few and as equally long as they can be: a short run costs nearly what a long one does. */
function equalRows(trees: readonly CutTree[], batchTokens: number): CutTree[][] {
  const sorted = trees.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const count = Math.ceil(totalLength(sorted) / batchTokens);
  const rows = Array.from({ length: count }, () => ({ trees: [] as CutTree[], length: 0 }));
  for (const tree of sorted) {
    const shortest = rows.reduce((least, row) => (row.length < least.length ? row : least));
    const fits = shortest.length === 0 || shortest.length + lengthOf(tree) <= batchTokens;
    const row = fits ? shortest : { trees: [], length: 0 };
    if (!fits) rows.push(row);
    row.trees.push(tree);
    row.length += lengthOf(tree);
  }
  return rows.map((row) => row.trees);
}

function layBatch(rows: readonly CutTree[][], prefix?: BatchPrefix): TreeBatch {
  const used = rows.map(totalLength);
  const rowLength = Math.max(...used);
  const size = rows.length * rowLength;
  const tokenIds = new Int32Array(size);
  const positions = new Int32Array(size);
  const subtreeEnds = new Int32Array(size);
  const offsets: { tree: PrefixTree; offset: number }[] = [];
  rows.forEach((row, rowIndex) => {
    let column = 0;
    for (const cut of row) {
      const { tree, from } = cut;
      const start = rowIndex * rowLength + column;
      tokenIds.set(tree.tokenIds.subarray(from), start);
      positions.set(tree.depths.subarray(from), start);
      for (let node = from; node < tree.ends.length; node++)
        subtreeEnds[start + node - from] = column + tree.ends[node]! - from;
      offsets.push({ tree, offset: start - from });
      column += lengthOf(cut);
    }
    for (; column < rowLength; column++) subtreeEnds[rowIndex * rowLength + column] = column + 1;
  });
  const targets = layTargets(offsets, size);
  const placed = { rows: rows.length, rowLength, tokenIds, positions, subtreeEnds, ...targets.feeds };
  const batch = prefix === undefined ? placed : { ...placed, prefix };
  return { batch, trees: targets.trees, paddingTokens: size - used.reduce((sum, length) => sum + length, 0) };
}

type TargetFeeds = Pick<PackedBatch, 'scoredTokens' | 'targetRows' | 'targetIds'>;

/** Which tokens are scored, each once however many requests read it, and which probabilities are taken from them. */
function layTargets(
  offsets: readonly { tree: PrefixTree; offset: number }[],
  size: number,
): { feeds: TargetFeeds; trees: PlacedTree[] } {
  const { scoredTokens, scoredIndex } = findScored(offsets, size);
  const requests = offsets.flatMap(({ tree }) => tree.requests);
  const targetCount = requests.reduce((sum, { targetIds }) => sum + targetIds.length, 0);
  const targetRows = new Int32Array(targetCount);
  const targetIds = new Int32Array(targetCount);
  let at = 0;
  const trees = offsets.map(({ tree, offset }): PlacedTree => {
    const firstTargets = Int32Array.from(tree.requests, (request) => {
      targetIds.set(request.targetIds, at);
      request.scoredNodes.forEach((node, index) => {
        targetRows[at + index] = scoredIndex[offset + node]!;
      });
      at += request.targetIds.length;
      return at - request.targetIds.length;
    });
    return { tree, offset, firstTargets };
  });
  return { feeds: { scoredTokens, targetRows, targetIds }, trees };
}

/** The scored tokens in ascending order, and for each token its place among them. */
function findScored(
  offsets: readonly { tree: PrefixTree; offset: number }[],
  size: number,
): { scoredTokens: Int32Array; scoredIndex: Int32Array } {
  const isScored = new Uint8Array(size);
  for (const { tree, offset } of offsets) {
    for (const { scoredNodes } of tree.requests) for (const node of scoredNodes) isScored[offset + node] = 1;
  }
  const scoredIndex = new Int32Array(size);
  const scoredTokens = new Int32Array(size);
  let count = 0;
  for (let token = 0; token < size; token++) {
    if (isScored[token] === 0) continue;
    scoredIndex[token] = count;
    scoredTokens[count++] = token;
  }
  return { scoredTokens: scoredTokens.slice(0, count), scoredIndex };
}

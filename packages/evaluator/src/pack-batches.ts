/**
 * Trees into rows and rows into batches: first fit, longest first, so that a row's rest is filled by small trees and
 * little is padding. Rows of one batch are equally long; attention pays for a row's length, so it is kept short.
 */
import type { PackedBatch } from '@linchpin/plugin-api';
import type { PrefixTree } from './prefix-tree.ts';

/** A tree's place in a batch. */
export interface PlacedTree {
  readonly tree: PrefixTree;
  /** Flat index of the tree's first token. */
  readonly offset: number;
  /** For each request that can be scored: index of its first target, or -1. */
  readonly firstTargets: Int32Array;
}

export interface TreeBatch {
  readonly batch: PackedBatch;
  readonly trees: readonly PlacedTree[];
  readonly paddingTokens: number;
}

/** Rows shorter than this are lengthened to it where there is something to fill them with; measured in EXPERIMENTS.md. */
const preferredRowLength = 256;

/** Lays trees in batches of at most `batchTokens` tokens; a tree that is longer than that makes a batch by itself. */
export function* packBatches(trees: readonly PrefixTree[], batchTokens: number): Generator<TreeBatch> {
  let waiting = trees.filter((tree) => tree.length > 0).toSorted((a, b) => b.length - a.length);
  while (waiting.length > 0) {
    const total = waiting.reduce((sum, tree) => sum + tree.length, 0);
    const capacity = Math.max(waiting[0]!.length, Math.min(preferredRowLength, total, batchTokens));
    const { rows, left } = fillRows(waiting, capacity, Math.max(1, Math.floor(batchTokens / capacity)));
    yield layBatch(rows);
    waiting = left;
  }
}

/** First fit: every tree goes into the first row that has room for it. */
function fillRows(trees: readonly PrefixTree[], capacity: number, mostRows: number): { rows: PrefixTree[][]; left: PrefixTree[] } {
  const rows: PrefixTree[][] = [];
  const room: number[] = [];
  const left: PrefixTree[] = [];
  for (const tree of trees) {
    let row = room.findIndex((free) => free >= tree.length);
    if (row < 0 && rows.length < mostRows) row = rows.push([]) - 1;
    if (row < 0) {
      left.push(tree);
      continue;
    }
    rows[row]!.push(tree);
    room[row] = (room[row] ?? capacity) - tree.length;
  }
  return { rows, left };
}

function layBatch(rows: readonly PrefixTree[][]): TreeBatch {
  const used = rows.map((row) => row.reduce((sum, tree) => sum + tree.length, 0));
  const rowLength = Math.max(...used);
  const size = rows.length * rowLength;
  const tokenIds = new Int32Array(size);
  const positions = new Int32Array(size);
  const subtreeEnds = new Int32Array(size);
  const offsets: { tree: PrefixTree; offset: number }[] = [];
  rows.forEach((row, rowIndex) => {
    let column = 0;
    for (const tree of row) {
      const offset = rowIndex * rowLength + column;
      tokenIds.set(tree.tokenIds, offset);
      positions.set(tree.depths, offset);
      for (let node = 0; node < tree.length; node++) subtreeEnds[offset + node] = column + tree.ends[node]!;
      offsets.push({ tree, offset });
      column += tree.length;
    }
    for (; column < rowLength; column++) subtreeEnds[rowIndex * rowLength + column] = column + 1;
  });
  const targets = layTargets(offsets, size);
  const batch = { rows: rows.length, rowLength, tokenIds, positions, subtreeEnds, ...targets.feeds };
  return { batch, trees: targets.trees, paddingTokens: size - used.reduce((sum, length) => sum + length, 0) };
}

type TargetFeeds = Pick<PackedBatch, 'scoredTokens' | 'targetRows' | 'targetIds'>;

/** Which tokens are scored, each once however many requests read it, and which probabilities are taken from them. */
function layTargets(offsets: readonly { tree: PrefixTree; offset: number }[], size: number): { feeds: TargetFeeds; trees: PlacedTree[] } {
  const isScored = new Uint8Array(size);
  let targetCount = 0;
  for (const { tree, offset } of offsets) {
    for (const request of tree.requests) {
      if (typeof request === 'string') continue;
      targetCount += request.targetIds.length;
      for (const node of request.scoredNodes) isScored[offset + node] = 1;
    }
  }
  const scoredIndex = new Int32Array(size);
  let scoredCount = 0;
  for (let token = 0; token < size; token++) if (isScored[token] === 1) scoredIndex[token] = scoredCount++;
  const scoredTokens = new Int32Array(scoredCount);
  for (let token = 0; token < size; token++) if (isScored[token] === 1) scoredTokens[scoredIndex[token]!] = token;

  const targetRows = new Int32Array(targetCount);
  const targetIds = new Int32Array(targetCount);
  let at = 0;
  const trees = offsets.map(({ tree, offset }): PlacedTree => {
    const firstTargets = Int32Array.from(tree.requests, (request) => {
      if (typeof request === 'string') return -1;
      const first = at;
      request.scoredNodes.forEach((node, index) => {
        targetRows[at] = scoredIndex[offset + node]!;
        targetIds[at++] = request.targetIds[index]!;
      });
      return first;
    });
    return { tree, offset, firstTargets };
  });
  return { feeds: { scoredTokens, targetRows, targetIds }, trees };
}

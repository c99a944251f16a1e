/**
 * The requests of one question as prefix trees, in depth-first order: no token that two requests share is laid twice.
 * Sorting the token sequences puts sharers side by side, so each sequence only adds what follows its longest common
 * prefix with the one before; where nothing is shared, another tree begins.
 */
import type { TokenRequest, Unscorable } from '@linchpin/plugin-api';
import { idOutOfRange } from './errors.ts';

/** Where one request lies in a tree. */
export interface TreeRequest {
  /** Which of the question's requests it is. */
  readonly index: number;
  /** Node that each token of the continuation is predicted at. */
  readonly scoredNodes: Int32Array;
  /** The tokens of the continuation. */
  readonly targetIds: Int32Array;
}

export interface PrefixTree {
  readonly tokenIds: Int32Array; // [length]
  /** Distance from the root: the token's position in its request. */
  readonly depths: Int32Array; // [length]
  /** Index one past the last descendant. */
  readonly ends: Int32Array; // [length]
  readonly requests: readonly TreeRequest[];
}

/** A question's requests: each is in one tree, or cannot be scored. */
export interface PrefixForest {
  readonly trees: readonly PrefixTree[];
  readonly unscorable: ReadonlyMap<number, Unscorable>;
  /** Tokens that the requests have by themselves, shared ones counted every time. */
  readonly tokensAsked: number;
}

export interface ForestLimits {
  /** Most tokens that a request may feed. */
  readonly contextLength: number;
  /** Ids lie below it. */
  readonly vocabularySize: number;
  /** Most tokens of a tree; one that is larger is split between its requests, which then share less. */
  readonly mostTokens: number;
  /** Whether a larger tree may stay whole. */
  readonly fits?: (tree: PrefixTree) => boolean;
  /** Whether a tree holds nothing but one path; only equal requests share theirs. */
  readonly isolated?: boolean;
}

/** Lays requests as trees. Equal requests always end at the same node, so that their scores are bit-equal. */
export function prefixForest(requests: readonly TokenRequest[], limits: ForestLimits): PrefixForest {
  const unscorable = new Map<number, Unscorable>();
  const sequences: InputSequence[] = [];
  requests.forEach((request, index) => {
    const reason = unscorableReason(request, limits.contextLength);
    if (reason === undefined) sequences.push(inputSequence(request, index, limits));
    else unscorable.set(index, reason);
  });
  sequences.sort((a, b) => compareTokens(a.input, b.input));
  const trees: PrefixTree[] = [];
  const sharesTree = limits.isolated === true ? isEqual : startsAlike;
  for (let first = 0, last = 1; first < sequences.length; first = last++) {
    while (last < sequences.length && sharesTree(sequences[first]!, sequences[last]!)) last++;
    trees.push(...layTrees(sequences.slice(first, last), limits));
  }
  return { trees, unscorable, tokensAsked: sequences.reduce((sum, { input }) => sum + input.length, 0) };
}

function startsAlike(a: InputSequence, b: InputSequence): boolean {
  return a.input[0] === b.input[0];
}

function isEqual(a: InputSequence, b: InputSequence): boolean {
  return compareTokens(a.input, b.input) === 0;
}

/** One tree where it fits, else two of about half the sequences each, and so on. */
function layTrees(sequences: readonly InputSequence[], limits: ForestLimits): PrefixTree[] {
  const tree = layTree(sequences);
  if (tree.tokenIds.length <= limits.mostTokens || limits.fits?.(tree) === true) return [tree];
  const middle = splitPoint(sequences);
  if (middle === undefined) return [tree];
  return [...layTrees(sequences.slice(0, middle), limits), ...layTrees(sequences.slice(middle), limits)];
}

/** The place nearest the middle at which two sequences differ; undefined where all are equal. */
function splitPoint(sequences: readonly InputSequence[]): number | undefined {
  const differs = (at: number): boolean => !isEqual(sequences[at - 1]!, sequences[at]!);
  const middle = sequences.length >>> 1;
  for (let distance = 0; distance <= middle; distance++) {
    for (const at of [middle - distance, middle + distance])
      if (at > 0 && at < sequences.length && differs(at)) return at;
  }
  return undefined;
}

interface InputSequence {
  readonly index: number;
  readonly input: Int32Array;
  readonly targetIds: Int32Array;
}

function unscorableReason({ context, continuation }: TokenRequest, contextLength: number): Unscorable | undefined {
  if (context.length === 0) return 'empty-context';
  if (continuation.length === 0) return 'empty-continuation';
  return continuation.length > contextLength ? 'continuation-too-long' : undefined;
}

/** The last contextLength + 1 ids of both, without the final one: truncation drops the beginning, a BOS first. */
function inputSequence({ context, continuation }: TokenRequest, index: number, limits: ForestLimits): InputSequence {
  const whole = new Int32Array(context.length + continuation.length);
  whole.set(context);
  whole.set(continuation, context.length);
  for (const id of whole) if (id < 0 || id >= limits.vocabularySize) throw idOutOfRange(id, limits.vocabularySize);
  const input = whole.subarray(Math.max(0, whole.length - limits.contextLength - 1), whole.length - 1);
  return { index, input, targetIds: whole.subarray(context.length) };
}

export function compareTokens(a: Int32Array, b: Int32Array): number {
  const shared = commonLength(a, b);
  if (shared < a.length && shared < b.length) return a[shared]! - b[shared]!;
  return a.length - b.length;
}

export function commonLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** One tree of sequences that are sorted and begin with the same token. */
function layTree(sequences: readonly InputSequence[]): PrefixTree {
  const capacity = sequences.reduce((sum, { input }) => sum + input.length, 0);
  const tokenIds = new Int32Array(capacity);
  const depths = new Int32Array(capacity);
  const ends = new Int32Array(capacity);
  const requests: TreeRequest[] = [];
  let length = 0;
  let previous: Int32Array = new Int32Array(0);
  const path: number[] = []; // nodes of the sequence before, by depth
  const close = (depth: number): void => {
    while (path.length > depth) ends[path.pop()!] = length;
  };
  for (const { index, input, targetIds } of sequences) {
    const shared = commonLength(previous, input);
    close(shared);
    for (let depth = shared; depth < input.length; depth++) {
      tokenIds[length] = input[depth]!;
      depths[length] = depth;
      path.push(length++);
    }
    previous = input;
    requests.push({ index, scoredNodes: Int32Array.from(path.slice(-targetIds.length)), targetIds });
  }
  close(0);
  return {
    tokenIds: tokenIds.slice(0, length),
    depths: depths.slice(0, length),
    ends: ends.slice(0, length),
    requests,
  };
}

/** The path to a node as a tree of its own, with the requests that end there. */
export function pathTree(tree: PrefixTree, last: number): PrefixTree {
  const nodes: number[] = [];
  for (let node = 0; node <= last; node++) if (tree.ends[node]! > last) nodes.push(node);
  return {
    tokenIds: Int32Array.from(nodes, (node) => tree.tokenIds[node]!),
    depths: Int32Array.from(nodes, (_, depth) => depth),
    ends: new Int32Array(nodes.length).fill(nodes.length),
    requests: tree.requests
      .filter((request) => lastNode(request) === last)
      .map((request) => ({ ...request, scoredNodes: request.scoredNodes.map((node) => tree.depths[node]!) })),
  };
}

/** The node at which a request's input ends. */
export function lastNode({ scoredNodes }: TreeRequest): number {
  return scoredNodes.at(-1)!;
}

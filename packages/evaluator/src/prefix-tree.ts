/**
 * The requests of one question as prefix trees, in depth-first order: no token that two requests share is laid twice.
 * Sorting the token sequences puts sharers side by side, so each sequence only adds what follows its longest common
 * prefix with the one before; where nothing is shared, another tree begins.
 */
import type { TokenRequest, Unscorable } from '@linchpin/plugin-api';

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

/** Lays requests as trees; `contextLength` is the most tokens that a request may feed. */
export function prefixForest(requests: readonly TokenRequest[], contextLength: number): PrefixForest {
  const unscorable = new Map<number, Unscorable>();
  const sequences: InputSequence[] = [];
  requests.forEach((request, index) => {
    const reason = unscorableReason(request, contextLength);
    if (reason === undefined) sequences.push(inputSequence(request, { index, contextLength }));
    else unscorable.set(index, reason);
  });
  sequences.sort((a, b) => compareTokens(a.input, b.input));
  const trees: PrefixTree[] = [];
  for (let first = 0, last = 1; first < sequences.length; first = last++) {
    while (last < sequences.length && sequences[last]!.input[0] === sequences[first]!.input[0]) last++;
    trees.push(layTree(sequences.slice(first, last)));
  }
  return { trees, unscorable, tokensAsked: sequences.reduce((sum, { input }) => sum + input.length, 0) };
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
function inputSequence(
  { context, continuation }: TokenRequest,
  options: { index: number; contextLength: number },
): InputSequence {
  const whole = new Int32Array(context.length + continuation.length);
  whole.set(context);
  whole.set(continuation, context.length);
  const input = whole.subarray(Math.max(0, whole.length - options.contextLength - 1), whole.length - 1);
  return { index: options.index, input, targetIds: whole.subarray(context.length) };
}

function compareTokens(a: Int32Array, b: Int32Array): number {
  const shared = commonLength(a, b);
  if (shared < a.length && shared < b.length) return a[shared]! - b[shared]!;
  return a.length - b.length;
}

function commonLength(a: Int32Array, b: Int32Array): number {
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

/** The path of one request as a tree of its own. */
export function singleTree(tree: PrefixTree, request: TreeRequest): PrefixTree {
  const last = request.scoredNodes.at(-1)!;
  const nodes: number[] = [];
  for (let node = 0; node <= last; node++) if (tree.ends[node]! > last) nodes.push(node);
  return {
    tokenIds: Int32Array.from(nodes, (node) => tree.tokenIds[node]!),
    depths: Int32Array.from(nodes, (_, depth) => depth),
    ends: new Int32Array(nodes.length).fill(nodes.length),
    requests: [{ ...request, scoredNodes: request.scoredNodes.map((node) => tree.depths[node]!) }],
  };
}

/**
 * The requests of one question as a prefix tree, in depth-first order: no token that two requests share is laid twice.
 * Sorting the token sequences puts sharers side by side, so each sequence only adds what follows its longest common
 * prefix with the one before.
 */
import { internalError } from '@linchpin/errors';
import type { TokenRequest, Unscorable } from '@linchpin/plugin-api';

/** Where one request lies in a tree. */
export interface TreeRequest {
  /** Node that each token of the continuation is predicted at. */
  readonly scoredNodes: Int32Array;
  /** The tokens of the continuation. */
  readonly targetIds: Int32Array;
}

export interface PrefixTree {
  readonly length: number;
  readonly tokenIds: Int32Array; // [length]
  /** Distance from the root: the token's position in its request. */
  readonly depths: Int32Array; // [length]
  /** Index one past the last descendant. */
  readonly ends: Int32Array; // [length]
  /** In the order of the requests that the tree was made of. */
  readonly requests: readonly (TreeRequest | Unscorable)[];
  /** Tokens that the requests have by themselves, shared ones counted every time. */
  readonly tokensAsked: number;
}

/** Lays requests as one tree; `contextLength` is the most tokens that a request may feed. */
export function prefixTree(requests: readonly TokenRequest[], contextLength: number): PrefixTree {
  const sequences = requests.map((request) => inputSequence(request, contextLength));
  const order = sequences
    .flatMap((sequence, index) => (typeof sequence === 'string' ? [] : [{ sequence, index }]))
    .toSorted((a, b) => compareTokens(a.sequence.input, b.sequence.input));
  const tokensAsked = order.reduce((sum, { sequence }) => sum + sequence.input.length, 0);
  const tree = new TreeBuilder(tokensAsked);
  const placed = new Map<number, TreeRequest>();
  for (const { sequence, index } of order) placed.set(index, tree.add(sequence));
  return { ...tree.finish(), requests: sequences.map((sequence, index) => placed.get(index) ?? asUnscorable(sequence)), tokensAsked };
}

interface InputSequence {
  readonly input: Int32Array;
  readonly targetIds: Int32Array;
}

/** The last contextLength + 1 ids of both, without the final one: truncation drops the beginning, a BOS first. */
function inputSequence(request: TokenRequest, contextLength: number): InputSequence | Unscorable {
  const { context, continuation } = request;
  if (context.length === 0) return 'empty-context';
  if (continuation.length === 0) return 'empty-continuation';
  if (continuation.length > contextLength) return 'continuation-too-long';
  const whole = new Int32Array(context.length + continuation.length);
  whole.set(context);
  whole.set(continuation, context.length);
  const input = whole.subarray(Math.max(0, whole.length - contextLength - 1), whole.length - 1);
  return { input, targetIds: whole.subarray(context.length) };
}

function asUnscorable(sequence: InputSequence | Unscorable): Unscorable {
  if (typeof sequence !== 'string') throw internalError('a request was not placed in its tree');
  return sequence;
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

class TreeBuilder {
  readonly #tokenIds: Int32Array;
  readonly #depths: Int32Array;
  readonly #ends: Int32Array;
  #length = 0;
  #previous: Int32Array = new Int32Array(0);
  /** Nodes of the sequence that was added last, by depth. */
  #path: number[] = [];

  constructor(capacity: number) {
    this.#tokenIds = new Int32Array(capacity);
    this.#depths = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
  }

  add({ input, targetIds }: InputSequence): TreeRequest {
    const shared = commonLength(this.#previous, input);
    this.#close(shared);
    for (let depth = shared; depth < input.length; depth++) {
      this.#tokenIds[this.#length] = input[depth]!;
      this.#depths[this.#length] = depth;
      this.#path.push(this.#length++);
    }
    this.#previous = input;
    return { scoredNodes: Int32Array.from(this.#path.slice(-targetIds.length)), targetIds };
  }

  finish(): Pick<PrefixTree, 'length' | 'tokenIds' | 'depths' | 'ends'> {
    this.#close(0);
    const used = (values: Int32Array): Int32Array => values.slice(0, this.#length);
    return { length: this.#length, tokenIds: used(this.#tokenIds), depths: used(this.#depths), ends: used(this.#ends) };
  }

  /** Nodes deeper than `depth` get no more descendants. */
  #close(depth: number): void {
    while (this.#path.length > depth) this.#ends[this.#path.pop()!] = this.#length;
  }
}

/** Log-likelihoods from an executor: requests become trees, trees batches, and the batches' numbers scores again. */
import { internalError } from '@linchpin/errors';
import type { BatchOutput, Executor, LanguageModel, RequestResult, ScoringCost, TokenRequest, TokenScore, Unscorable } from '@linchpin/plugin-api';
import { nonFiniteScore } from './errors.ts';
import { packBatches, type PlacedTree, type TreeBatch } from './pack-batches.ts';
import { prefixTree, type PrefixTree, type TreeRequest } from './prefix-tree.ts';

export interface LanguageModelOptions {
  /** Most tokens of one batch, which bounds memory; default 4096. */
  readonly batchTokens?: number;
}

export const defaultBatchTokens = 4096;

/** Trees are collected up to this many batches, so that long and short ones can be packed together. */
const windowBatches = 16;

/** A language model on top of anything that runs packed batches. */
export function createLanguageModel(executor: Executor, options: LanguageModelOptions = {}): LanguageModel {
  return new PackingLanguageModel(executor, options.batchTokens ?? defaultBatchTokens);
}

class PackingLanguageModel implements LanguageModel {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly cost: ScoringCost = {
    requests: 0,
    tokensAsked: 0,
    tokensComputed: 0,
    paddingTokens: 0,
    logitRowsAsked: 0,
    logitRowsComputed: 0,
    requestsRescored: 0,
    batches: 0,
  };
  readonly #executor: Executor;
  readonly #batchTokens: number;

  constructor(executor: Executor, batchTokens: number) {
    this.#executor = executor;
    this.#batchTokens = batchTokens;
    this.contextLength = executor.contextLength;
    this.vocabularySize = executor.vocabularySize;
  }

  async *score(groups: Iterable<readonly TokenRequest[]> | AsyncIterable<readonly TokenRequest[]>): AsyncIterable<readonly RequestResult[]> {
    const source = this.#windows(groups);
    let pending = source.next();
    for (;;) {
      const { value: trees, done } = await pending;
      if (done === true) return;
      // The next window is tokenized while this one runs: the session's threads do not need JavaScript's.
      pending = source.next();
      pending.catch(() => undefined);
      yield* await this.#scoreTrees(trees);
    }
  }

  async *#windows(groups: Iterable<readonly TokenRequest[]> | AsyncIterable<readonly TokenRequest[]>): AsyncGenerator<PrefixTree[], void> {
    let trees: PrefixTree[] = [];
    let tokens = 0;
    for await (const group of groups) {
      const tree = prefixTree(group, this.contextLength);
      trees.push(tree);
      tokens += tree.length;
      if (tokens >= windowBatches * this.#batchTokens) {
        yield trees;
        trees = [];
        tokens = 0;
      }
    }
    if (trees.length > 0) yield trees;
  }

  async #scoreTrees(trees: readonly PrefixTree[]): Promise<RequestResult[][]> {
    const results: ResultsByTree = new Map(trees.map((tree) => [tree, tree.requests.map(withoutScore)]));
    const undecided: { tree: PrefixTree; request: number }[] = [];
    for (const packed of packBatches(trees, this.#batchTokens)) {
      const output = await this.#run(packed);
      for (const placed of packed.trees) {
        const ofTree = results.get(placed.tree)!;
        placed.tree.requests.forEach((request, index) => {
          if (typeof request === 'string') return;
          if (isUnresolved(output, placed, request)) undecided.push({ tree: placed.tree, request: index });
          else ofTree[index] = { score: readScore(packed, output, { placed, request, index }) };
        });
      }
    }
    await this.#scoreAlone(undecided, results);
    this.#count(trees);
    return trees.map((tree) => results.get(tree)!.map(present));
  }

  /** Requests that disagree about a token they share are run again, each with a tree of its own. */
  async #scoreAlone(undecided: readonly { tree: PrefixTree; request: number }[], results: ResultsByTree): Promise<void> {
    const alone = new Map(undecided.map(({ tree, request }) => [singleTree(tree, request), { tree, request }]));
    for (const packed of packBatches([...alone.keys()], this.#batchTokens)) {
      const output = await this.#run(packed);
      for (const placed of packed.trees) {
        const origin = alone.get(placed.tree);
        const request = placed.tree.requests[0];
        if (origin === undefined || request === undefined || typeof request === 'string') throw internalError('a request was lost');
        if (isUnresolved(output, placed, request)) throw internalError('a request that shares nothing is still undecided');
        results.get(origin.tree)![origin.request] = { score: readScore(packed, output, { placed, request, index: 0 }) };
      }
    }
    this.cost.requestsRescored += undecided.length;
  }

  async #run(packed: TreeBatch): Promise<BatchOutput> {
    const output = await this.#executor.run(packed.batch);
    this.cost.batches++;
    this.cost.tokensComputed += packed.batch.rows * packed.batch.rowLength;
    this.cost.paddingTokens += packed.paddingTokens;
    this.cost.logitRowsComputed += packed.batch.scoredTokens.length;
    return output;
  }

  #count(trees: readonly PrefixTree[]): void {
    for (const tree of trees) {
      this.cost.requests += tree.requests.length;
      this.cost.tokensAsked += tree.tokensAsked;
      for (const request of tree.requests) if (typeof request !== 'string') this.cost.logitRowsAsked += request.targetIds.length;
    }
  }
}

/** Results of a window while it runs; undefined until a request has been scored. */
type ResultsByTree = ReadonlyMap<PrefixTree, (RequestResult | undefined)[]>;

function withoutScore(request: TreeRequest | Unscorable): RequestResult | undefined {
  return typeof request === 'string' ? { unscorable: request } : undefined;
}

function present(result: RequestResult | undefined): RequestResult {
  if (result === undefined) throw internalError('a request was never scored');
  return result;
}

function isUnresolved(output: BatchOutput, placed: PlacedTree, request: TreeRequest): boolean {
  return output.unresolved?.[placed.offset + request.scoredNodes.at(-1)!] === 1;
}

function readScore(packed: TreeBatch, output: BatchOutput, place: { placed: PlacedTree; request: TreeRequest; index: number }): TokenScore {
  const { placed, request, index } = place;
  const first = placed.firstTargets[index]!;
  const tokenLogProbabilities = output.logProbabilities.slice(first, first + request.targetIds.length);
  let logLikelihood = 0;
  let isGreedy = true;
  for (let i = 0; i < tokenLogProbabilities.length; i++) {
    logLikelihood += tokenLogProbabilities[i]!;
    isGreedy &&= output.greedyIds[packed.batch.targetRows[first + i]!] === request.targetIds[i];
  }
  if (!Number.isFinite(logLikelihood)) throw nonFiniteScore(logLikelihood, placed.tree.length);
  return { logLikelihood, isGreedy, tokenLogProbabilities };
}

/** The path of one request out of a tree, as a tree of its own. */
function singleTree(tree: PrefixTree, index: number): PrefixTree {
  const request = tree.requests[index];
  if (request === undefined || typeof request === 'string') throw internalError('only a request that has a score can be run alone');
  const last = request.scoredNodes.at(-1)!;
  const nodes: number[] = [];
  for (let node = 0; node <= last; node++) if (tree.ends[node]! > last) nodes.push(node);
  const length = nodes.length;
  return {
    length,
    tokenIds: Int32Array.from(nodes, (node) => tree.tokenIds[node]!),
    depths: Int32Array.from(nodes, (_, depth) => depth),
    ends: new Int32Array(length).fill(length),
    requests: [{ scoredNodes: Int32Array.from(request.scoredNodes, (node) => tree.depths[node]!), targetIds: request.targetIds }],
    tokensAsked: length,
  };
}

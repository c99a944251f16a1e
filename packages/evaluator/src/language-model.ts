/** Log-likelihoods from an executor: requests become trees, trees batches, and the batches' numbers scores again. */
import { internalError } from '@linchpin/errors';
import type {
  BatchOutput,
  Executor,
  LanguageModel,
  RequestResult,
  ScoringCost,
  TokenRequest,
  TokenScore,
} from '@linchpin/plugin-api';
import { nonFiniteScore } from './errors.ts';
import { packBatches, type PlacedTree, type TreeBatch } from './pack-batches.ts';
import { prefixForest, type PrefixTree, singleTree, type TreeRequest } from './prefix-tree.ts';

export interface LanguageModelOptions {
  /** Most tokens of one batch, which bounds memory; default 2048. */
  readonly batchTokens?: number;
}

export const defaultBatchTokens = 2048;

/** Questions are collected up to this many batches, so that long and short ones can be packed together. */
const windowBatches = 16;

type Groups = Iterable<readonly TokenRequest[]> | AsyncIterable<readonly TokenRequest[]>;

/** The requests of one question while they wait for their scores. */
interface PendingGroup {
  readonly trees: readonly PrefixTree[];
  readonly results: (RequestResult | undefined)[];
}

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

  async *score(groups: Groups): AsyncIterable<readonly RequestResult[]> {
    const source = this.#windows(groups);
    let next = source.next();
    for (;;) {
      const { value: window, done } = await next;
      if (done === true) return;
      // The next window is tokenized while this one runs: the session's threads do not need JavaScript's.
      next = source.next();
      next.catch(() => undefined);
      await this.#scoreWindow(window);
      for (const { results } of window) yield results.map(present);
    }
  }

  async *#windows(groups: Groups): AsyncGenerator<PendingGroup[], void> {
    let window: PendingGroup[] = [];
    let tokens = 0;
    for await (const requests of groups) {
      const { trees, unscorable, tokensAsked } = prefixForest(requests, this.contextLength);
      const results = requests.map((_, index): RequestResult | undefined => {
        const reason = unscorable.get(index);
        return reason === undefined ? undefined : { unscorable: reason };
      });
      window.push({ trees, results });
      this.cost.requests += requests.length;
      this.cost.tokensAsked += tokensAsked;
      tokens += trees.reduce((sum, tree) => sum + tree.tokenIds.length, 0);
      if (tokens >= windowBatches * this.#batchTokens) {
        yield window;
        window = [];
        tokens = 0;
      }
    }
    if (window.length > 0) yield window;
  }

  async #scoreWindow(window: readonly PendingGroup[]): Promise<void> {
    const owners = new Map(window.flatMap((group) => group.trees.map((tree) => [tree, group] as const)));
    const undecided = await this.#scoreTrees(owners);
    // Requests that disagree about a token they share are run again, each with a tree of its own.
    const alone = new Map(
      undecided.map(({ tree, request }) => [singleTree(tree, request), owners.get(tree)!] as const),
    );
    const stillUndecided = await this.#scoreTrees(alone);
    if (stillUndecided.length > 0) throw internalError('a request that shares nothing is still undecided');
    this.cost.requestsRescored += undecided.length;
  }

  /** Runs trees and files their scores; gives back the requests that an edit could not decide for. */
  async #scoreTrees(
    owners: ReadonlyMap<PrefixTree, PendingGroup>,
  ): Promise<{ tree: PrefixTree; request: TreeRequest }[]> {
    const undecided: { tree: PrefixTree; request: TreeRequest }[] = [];
    for (const packed of packBatches([...owners.keys()], this.#batchTokens)) {
      const output = await this.#run(packed);
      for (const placed of packed.trees) {
        const { results } = owners.get(placed.tree)!;
        placed.tree.requests.forEach((request, at) => {
          if (isUnresolved(output, placed, request)) undecided.push({ tree: placed.tree, request });
          else
            results[request.index] = {
              score: readScore(packed.batch.targetRows, output, { request, first: placed.firstTargets[at]! }),
            };
        });
      }
    }
    return undecided;
  }

  async #run(packed: TreeBatch): Promise<BatchOutput> {
    const output = await this.#executor.run(packed.batch);
    this.cost.batches++;
    this.cost.tokensComputed += packed.batch.rows * packed.batch.rowLength;
    this.cost.paddingTokens += packed.paddingTokens;
    this.cost.logitRowsAsked += packed.batch.targetIds.length;
    this.cost.logitRowsComputed += packed.batch.scoredTokens.length;
    return output;
  }
}

function present(result: RequestResult | undefined): RequestResult {
  if (result === undefined) throw internalError('a request was never scored');
  return result;
}

function isUnresolved(output: BatchOutput, placed: PlacedTree, request: TreeRequest): boolean {
  return output.unresolved?.[placed.offset + request.scoredNodes.at(-1)!] === 1;
}

function readScore(
  targetRows: Int32Array,
  output: BatchOutput,
  { request, first }: { request: TreeRequest; first: number },
): TokenScore {
  const tokenLogProbabilities = output.logProbabilities.slice(first, first + request.targetIds.length);
  let logLikelihood = 0;
  let isGreedy = true;
  for (let i = 0; i < tokenLogProbabilities.length; i++) {
    logLikelihood += tokenLogProbabilities[i]!;
    isGreedy &&= output.greedyIds[targetRows[first + i]!] === request.targetIds[i];
  }
  if (!Number.isFinite(logLikelihood)) throw nonFiniteScore(logLikelihood, request.targetIds.length);
  return { logLikelihood, isGreedy, tokenLogProbabilities };
}

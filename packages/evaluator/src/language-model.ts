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
import { lastNode, pathTree, prefixForest, type PrefixTree, type TreeRequest } from './prefix-tree.ts';

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
    for await (const window of this.#windows(groups)) yield* this.#scoreWindow(window);
  }

  async *#windows(groups: Groups): AsyncGenerator<PendingGroup[], void> {
    const { contextLength, vocabularySize } = this;
    const limits = { contextLength, vocabularySize, mostTokens: this.#batchTokens };
    let window: PendingGroup[] = [];
    let tokens = 0;
    for await (const requests of groups) {
      const { trees, unscorable, tokensAsked } = prefixForest(requests, limits);
      const results = requests.map((_, index): RequestResult | undefined => {
        const reason = unscorable.get(index);
        return reason === undefined ? undefined : { unscorable: reason };
      });
      window.push({ trees, results });
      this.cost.requests += requests.length;
      this.cost.tokensAsked += tokensAsked;
      for (const tree of trees) {
        tokens += tree.tokenIds.length;
        for (const { targetIds } of tree.requests) this.cost.logitRowsAsked += targetIds.length;
      }
      if (tokens >= windowBatches * this.#batchTokens) {
        yield window;
        window = [];
        tokens = 0;
      }
    }
    if (window.length > 0) yield window;
  }

  /** Gives results as soon as those of all questions before them are there. */
  async *#scoreWindow(window: readonly PendingGroup[]): AsyncGenerator<readonly RequestResult[], void> {
    const owners = new Map(window.flatMap((group) => group.trees.map((tree) => [tree, group] as const)));
    const undecided = new Map<PrefixTree, Set<number>>();
    let next = 0;
    for (const packed of packBatches([...owners.keys()], this.#batchTokens)) {
      const output = await this.#run(packed);
      for (const placed of packed.trees) fileScores(placed, { packed, output, owners, undecided });
      while (next < window.length && isComplete(window[next]!)) yield window[next++]!.results.map(present);
    }
    await this.#scoreAlone(undecided, owners);
    while (next < window.length) yield window[next++]!.results.map(present);
  }

  /** Requests that disagree about a token they share are run again, each path as a tree of its own. */
  async #scoreAlone(
    undecided: ReadonlyMap<PrefixTree, ReadonlySet<number>>,
    owners: ReadonlyMap<PrefixTree, PendingGroup>,
  ): Promise<void> {
    const alone = new Map<PrefixTree, PendingGroup>();
    for (const [tree, ends] of undecided) for (const end of ends) alone.set(pathTree(tree, end), owners.get(tree)!);
    for (const packed of packBatches([...alone.keys()], this.#batchTokens)) {
      const output = await this.#run(packed);
      for (const placed of packed.trees) {
        this.cost.requestsRescored += placed.tree.requests.length;
        fileScores(placed, { packed, output, owners: alone });
      }
    }
  }

  async #run(packed: TreeBatch): Promise<BatchOutput> {
    const output = await this.#executor.run(packed.batch);
    this.cost.batches++;
    this.cost.tokensComputed += packed.batch.rows * packed.batch.rowLength;
    this.cost.paddingTokens += packed.paddingTokens;
    this.cost.logitRowsComputed += packed.batch.scoredTokens.length;
    return output;
  }
}

function isComplete({ results }: PendingGroup): boolean {
  return results.every((result) => result !== undefined);
}

function present(result: RequestResult | undefined): RequestResult {
  if (result === undefined) throw internalError('a request was never scored');
  return result;
}

interface Filing {
  readonly packed: TreeBatch;
  readonly output: BatchOutput;
  readonly owners: ReadonlyMap<PrefixTree, PendingGroup>;
  /** Where the ends of paths go that an edit could not decide for; absent where nothing is shared. */
  readonly undecided?: Map<PrefixTree, Set<number>>;
}

/** Puts the scores of one tree where its question waits for them. */
function fileScores({ tree, offset, firstTargets }: PlacedTree, { packed, output, owners, undecided }: Filing): void {
  const { results } = owners.get(tree)!;
  tree.requests.forEach((request, at) => {
    const isUnresolved = output.unresolved?.[offset + lastNode(request)] === 1;
    if (isUnresolved && undecided !== undefined) {
      undecided.set(tree, (undecided.get(tree) ?? new Set()).add(lastNode(request)));
      return;
    }
    const score = readScore(packed.batch.targetRows, output, { request, first: firstTargets[at]! });
    if (isUnresolved) throw internalError('a request that shares nothing is still undecided');
    results[request.index] = { score };
  });
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

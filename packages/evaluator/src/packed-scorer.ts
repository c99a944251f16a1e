/**
 * From groups of requests to their scores: requests become trees, trees batches, and the batches' numbers scores again.
 * A batch may have several outputs, one a point of a sweep.
 */
import { internalError } from '@linchpin/errors';
import {
  type BatchOutput,
  type BatchPrefix,
  type PackedBatch,
  type RequestResult,
  type ScoringCost,
  type TokenRequest,
  type TokenScore,
} from '@linchpin/plugin-api';
import { type CutLimits, cutToFit, cutTrees, newTokens, type TreeGroup } from './cut-trees.ts';
import { nonFiniteScore } from './errors.ts';
import { packBatches, packIsolated, type PlacedTree, type TreeBatch } from './pack-batches.ts';
import { commonLength, lastNode, pathTree, prefixForest, type PrefixTree, type TreeRequest } from './prefix-tree.ts';

/** Questions are collected up to this many batches, so that long and short ones can be packed together. */
const windowBatches = 16;

/** Tokens that a window may hold for each that it computes: where much is shared, questions are held that cost little. */
const heldPerComputed = 16;

/** Tokens of a part of a prefix, if a batch may have as many: more than that gains no speed. */
const longestPart = 256;

export type RequestGroups = Iterable<readonly TokenRequest[]> | AsyncIterable<readonly TokenRequest[]>;

/** Results of one group: [point][request]. */
type PointResults = readonly (readonly RequestResult[])[];

/** The requests of one question while they wait for their scores. */
interface PendingGroup {
  readonly trees: readonly PrefixTree[];
  /** [request][point]; undefined while the request waits. */
  readonly results: (readonly RequestResult[] | undefined)[];
}

/** What runs batches; every output is of a point of its own, one where nothing is swept. */
interface BatchRunner {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly isolatesSequences: boolean;
  readonly sharesPrefixes: boolean;
  readonly points: number;
  /** As that of an executor. */
  readonly tokensAtOnce?: number | undefined;
  readonly beginWindow: () => void;
  run(batch: PackedBatch): Promise<readonly BatchOutput[]>;
}

/** Scores groups of requests, and gives a list of results for every point. */
export class PackedScorer {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly cost: ScoringCost = {
    requests: 0,
    tokensAsked: 0,
    tokensComputed: 0,
    prefixTokens: 0,
    paddingTokens: 0,
    logitRowsAsked: 0,
    logitRowsComputed: 0,
    requestsRescored: 0,
    batches: 0,
  };
  readonly #runner: BatchRunner;
  readonly #batchTokens: number;
  /** How many windows are asked for at once; their batches are what they would be one after the other. */
  readonly #windowsAtOnce: number | undefined;
  /** What prefixes are cut by; undefined where none are shared. */
  readonly #cutting: CutLimits | undefined;
  /** The prefix that the runner keeps. */
  #kept: BatchPrefix | undefined;

  constructor(runner: BatchRunner, batchTokens: number) {
    this.#runner = runner;
    this.#batchTokens = batchTokens;
    this.#cutting =
      runner.sharesPrefixes && !runner.isolatesSequences
        ? { mostTokens: batchTokens, partLength: Math.min(longestPart, batchTokens) }
        : undefined;
    this.#windowsAtOnce =
      runner.tokensAtOnce && Math.max(1, Math.floor(runner.tokensAtOnce / (windowBatches * batchTokens)));
    this.contextLength = runner.contextLength;
    this.vocabularySize = runner.vocabularySize;
  }

  async *score(groups: RequestGroups): AsyncIterable<PointResults> {
    if (this.#windowsAtOnce === undefined) {
      for await (const window of this.#windows(groups)) yield* this.#scoreWindow(window);
      return;
    }
    for await (const windows of inRuns(this.#windows(groups), this.#windowsAtOnce)) {
      const results = await Promise.all(windows.map((window) => Array.fromAsync(this.#scoreWindow(window))));
      yield* results.flat();
    }
  }

  async *#windows(groups: RequestGroups): AsyncGenerator<PendingGroup[], void> {
    const { contextLength, vocabularySize } = this;
    const isolated = this.#runner.isolatesSequences;
    const cutting = this.#cutting;
    const fits = cutting && ((tree: PrefixTree): boolean => cutToFit(tree, cutting) !== undefined);
    const limits = { contextLength, vocabularySize, mostTokens: this.#batchTokens, isolated, ...(fits && { fits }) };
    const most = windowBatches * this.#batchTokens;
    let window: PendingGroup[] = [];
    let tokens = 0;
    let held = 0;
    let before: Int32Array = new Int32Array();
    for await (const requests of groups) {
      const { trees, unscorable, tokensAsked } = prefixForest(requests, limits);
      const results = requests.map((_, index) => {
        const reason = unscorable.get(index);
        return reason === undefined ? undefined : this.#everywhere({ unscorable: reason });
      });
      window.push({ trees, results });
      this.cost.requests += requests.length;
      this.cost.tokensAsked += tokensAsked;
      for (const tree of trees) {
        held += tree.tokenIds.length;
        tokens += tree.tokenIds.length - (cutting === undefined ? 0 : commonLength(before, tree.tokenIds));
        before = tree.tokenIds;
        for (const { targetIds } of tree.requests) this.cost.logitRowsAsked += targetIds.length;
      }
      if (tokens >= most || held >= heldPerComputed * most) {
        yield window;
        window = [];
        tokens = 0;
        held = 0;
      }
    }
    if (window.length > 0) yield window;
  }

  /** Gives results as soon as those of all questions before them are there. */
  async *#scoreWindow(window: readonly PendingGroup[]): AsyncGenerator<PointResults, void> {
    this.#runner.beginWindow();
    const owners = new Map(window.flatMap((group) => group.trees.map((tree) => [tree, group] as const)));
    const undecided = new Map<PrefixTree, Set<number>>();
    let next = 0;
    for (const { packed, run } of this.#batches([...owners.keys()])) {
      const outputs = await run();
      for (const placed of packed.trees) fileScores(placed, { packed, outputs, owners, undecided });
      while (next < window.length && isComplete(window[next]!)) yield this.#byPoint(window[next++]!);
    }
    await this.#scoreAlone(undecided, owners);
    while (next < window.length) yield this.#byPoint(window[next++]!);
  }

  /** Requests that disagree about a token they share are run again, each path as a tree of its own. */
  async #scoreAlone(
    undecided: ReadonlyMap<PrefixTree, ReadonlySet<number>>,
    owners: ReadonlyMap<PrefixTree, PendingGroup>,
  ): Promise<void> {
    const alone = new Map<PrefixTree, PendingGroup>();
    for (const [tree, ends] of undecided) for (const end of ends) alone.set(pathTree(tree, end), owners.get(tree)!);
    for (const { packed, run } of this.#batches([...alone.keys()])) {
      const outputs = await run();
      for (const placed of packed.trees) {
        this.cost.requestsRescored += placed.tree.requests.length;
        fileScores(placed, { packed, outputs, owners: alone });
      }
    }
  }

  /** Batches, each with what runs it; all of them run at once where that is best. */
  *#batches(trees: readonly PrefixTree[]): Generator<AskedBatch> {
    if (this.#windowsAtOnce === undefined) {
      for (const packed of this.#pack(trees)) yield { packed, run: () => this.#run(packed) };
      return;
    }
    const asked = Array.from(this.#pack(trees), (packed) => ({ packed, outputs: this.#run(packed) }));
    // Nobody waits for those behind one that fails.
    for (const { outputs } of asked) outputs.catch(() => {});
    for (const { packed, outputs } of asked) yield { packed, run: () => outputs };
  }

  *#pack(trees: readonly PrefixTree[]): Generator<TreeBatch, void> {
    const pack = this.#runner.isolatesSequences ? packIsolated : packBatches;
    const whole = (): TreeGroup[] => [{ trees: trees.map((tree) => ({ tree, from: 0 })) }];
    const groups = this.#cutting === undefined ? whole() : cutTrees(trees, this.#cutting);
    for (const group of groups) yield* pack(group, this.#batchTokens);
  }

  #everywhere(result: RequestResult): RequestResult[] {
    return Array.from({ length: this.#runner.points }, () => result);
  }

  /** The results of a group whose requests are all scored. */
  #byPoint({ results }: PendingGroup): PointResults {
    const scored = results.map(present);
    return Array.from({ length: this.#runner.points }, (_, point) => scored.map((points) => points[point]!));
  }

  async #run(packed: TreeBatch): Promise<readonly BatchOutput[]> {
    const outputs = await this.#runner.run(packed.batch);
    const { prefix } = packed.batch;
    if (prefix !== undefined) {
      const computed = newTokens(prefix, this.#kept);
      this.#kept = prefix;
      this.cost.prefixTokens += computed;
      this.cost.tokensComputed += computed;
    }
    this.cost.batches++;
    this.cost.tokensComputed += packed.batch.rows * packed.batch.rowLength;
    this.cost.paddingTokens += packed.paddingTokens;
    this.cost.logitRowsComputed += packed.batch.scoredTokens.length;
    return outputs;
  }
}

interface AskedBatch {
  readonly packed: TreeBatch;
  readonly run: () => Promise<readonly BatchOutput[]>;
}

/** Runs of at most so many. */
async function* inRuns<T>(all: AsyncIterable<T>, most: number): AsyncGenerator<T[], void> {
  let run: T[] = [];
  for await (const each of all) {
    if (run.push(each) < most) continue;
    yield run;
    run = [];
  }
  if (run.length > 0) yield run;
}

function isComplete({ results }: PendingGroup): boolean {
  return results.every((result) => result !== undefined);
}

function present(results: readonly RequestResult[] | undefined): readonly RequestResult[] {
  if (results === undefined) throw internalError('a request was never scored');
  return results;
}

interface Filing {
  readonly packed: TreeBatch;
  /** One a point. */
  readonly outputs: readonly BatchOutput[];
  readonly owners: ReadonlyMap<PrefixTree, PendingGroup>;
  /** Where the ends of paths go that an edit could not decide for; absent where nothing is shared. */
  readonly undecided?: Map<PrefixTree, Set<number>>;
}

/** Puts the scores of one tree where its question waits for them. */
function fileScores({ tree, offset, firstTargets }: PlacedTree, { packed, outputs, owners, undecided }: Filing): void {
  const { results } = owners.get(tree)!;
  tree.requests.forEach((request, at) => {
    const end = offset + lastNode(request);
    const isUnresolved = outputs.some(({ unresolved }) => unresolved?.[end] === 1);
    if (isUnresolved && undecided !== undefined) {
      undecided.set(tree, (undecided.get(tree) ?? new Set()).add(lastNode(request)));
      return;
    }
    if (isUnresolved) throw internalError('a request that shares nothing is still undecided');
    results[request.index] = outputs.map((output) => ({
      score: readScore(packed.batch.targetRows, output, { request, first: firstTargets[at]! }),
    }));
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

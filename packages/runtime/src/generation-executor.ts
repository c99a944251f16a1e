/** Opens a step graph on onnxruntime-node: sequences that grow, one or several at once, and what is kept of them. */
import { writingBatchTokens } from '@linchpin/defaults';
import { type BranchingModel, type StepGraph, stepInputs, stepOutputs, type TokenSequence } from '@linchpin/plugin-api';
import { CachedBranches, growCached } from './cached-branches.ts';
import { createSession } from './create-session.ts';
import { runFailed } from './errors.ts';
import { floats, parameterFeeds, widened } from './batch-tensors.ts';
import { onnxruntime } from './onnxruntime.ts';
import { owning } from './owned.ts';
import { resolveSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';
import { requireWhole } from './stages.ts';
import type { LogitsOf, StepRun } from './step-run.ts';
import { growWhole, WholeBranches } from './whole-branches.ts';

export interface StepModelOptions {
  /** As `resolveSession` gives them when absent. */
  readonly settings?: SessionSettings;
  /** Most tokens that one run takes where keys and values are kept: longer texts are fed in parts. */
  readonly batchTokens?: number;
}

/**
 * A session over the graph's weights; `release` frees it, and removes the files that were made for the graph. Run-time
 * numbers of edits have their initial values.
 */
export async function createStepModel(
  steps: StepGraph,
  { settings = resolveSession(steps), batchTokens = writingBatchTokens }: StepModelOptions = {},
): Promise<BranchingModel> {
  return await owning(steps, async (owned) => {
    requireWhole(settings, 'text that is written');
    const session = owned.keep(await createSession(steps, settings));
    const parameters = parameterFeeds(new Map(steps.parameters.map(({ name, initial }) => [name, initial])));
    const run: StepRun = async (tokens, past) => {
      try {
        return await session.run({ ...tokenFeeds(tokens), ...past, ...parameters });
      } catch (cause) {
        const before = tokens.keys - tokens.rowLength;
        throw runFailed(`${tokens.tokenIds.length} tokens could not be run after ${before} others`, cause);
      }
    };
    const { contextLength, vocabularySize, cache } = steps;
    const logitsOf: LogitsOf = (outputs) => {
      const all = floats(outputs, stepOutputs.logits);
      return Array.from({ length: all.length / vocabularySize }, (_, token) =>
        all.slice(token * vocabularySize, (token + 1) * vocabularySize),
      );
    };
    const beginBranches = (): WholeBranches | CachedBranches =>
      cache === undefined ? new WholeBranches() : new CachedBranches();
    const grow: BranchingModel['grow'] = async (growths) =>
      cache === undefined
        ? await growWhole(growths, { run, logitsOf })
        : await growCached(growths, { run, logitsOf, cache, batchTokens });
    const begin = (): TokenSequence => {
      const branches = beginBranches();
      return {
        get length() {
          return branches.length;
        },
        async feed(ids) {
          const [logits] = await grow([{ branches, next: [{ from: 0, ids }] }]);
          return logits![0]!;
        },
      };
    };
    return { contextLength, vocabularySize, begin, beginBranches, grow, release: owned.release };
  });
}

function tokenFeeds(tokens: Parameters<StepRun>[0]): Parameters<StepRun>[1] {
  const { Tensor } = onnxruntime();
  const { rows, rowLength, keys } = tokens;
  return {
    [stepInputs.tokenIds]: new Tensor('int32', tokens.tokenIds, [rows * rowLength]),
    [stepInputs.positions]: new Tensor('int64', widened(tokens.positions), [rows * rowLength, 1]),
    [stepInputs.visible]: new Tensor('bool', tokens.visible, [rows, rowLength, keys]),
    [stepInputs.keyPositions]: new Tensor('int64', widened(tokens.keyPositions), [rows, keys]),
    [stepInputs.scoredTokens]: new Tensor('int32', tokens.scoredTokens, [tokens.scoredTokens.length]),
  };
}

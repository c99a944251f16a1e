/** A model that writes under a chain of interventions; what the store knows is not written again. */
import { createHash } from 'node:crypto';
import {
  batchBound,
  blameWeights,
  type Chain,
  identityOf,
  layingOptions,
  remarkOn,
  type RunContext,
} from '@linchpin/execution';
import { laySteps } from '@linchpin/models';
import type { BranchingModel, StepGraph } from '@linchpin/plugin-api';
import type { RunStore } from '@linchpin/run-store';
import { createStepModel, requireWhole, resolveSession } from '@linchpin/runtime';
import type { WritingModel } from './continue-prompts.ts';
import type { StopReason } from './generate.ts';
import { endsWithAny } from './stop-texts.ts';
import { type WriteOptions, writeTexts, type WrittenText } from './write-texts.ts';

export interface WriterOptions extends Omit<WriteOptions, 'signal' | 'isEnded'> {
  /** Texts at which a greedy text ends; they are part of it (see `cutBefore`). */
  readonly until?: readonly string[];
}

export interface Writer {
  readonly contextLength: number;
  /** Entries of weights that the interventions changed. */
  readonly changedWeights: number;
  /** How products with weights are executed. */
  readonly execution: string;
  readonly settings: ReturnType<typeof resolveSession>;
  /** What interventions have to say of what they did not change. */
  readonly remarks?: NonNullable<StepGraph['remarks']>;
  /** Whether keys and values are kept from token to token. */
  readonly isCached: boolean;
  /**
   * The texts behind prompts, as they are there: first those that the store knows, then those that are written. Hypotheses
   * come with the latter alone.
   */
  write(
    prompts: readonly (readonly number[])[],
    options: WriterOptions,
  ): AsyncGenerator<WrittenText & { readonly isRemembered: boolean }, void>;
  /** Closes the session, where one was opened. */
  release(): Promise<void>;
}

/** Raised whenever a search can give another text although everything else is the same. */
const format = 1;

type StoredModel = WritingModel & { readonly checkpoint: { contentHash(): Promise<string> } };

type IdentifiedSteps = Awaited<ReturnType<typeof laySteps>>;

/** The session is opened when the first text has to be written. */
export async function openWriter(opened: StoredModel, chain: Chain, context: RunContext): Promise<Writer> {
  context.signal.throwIfAborted();
  const steps = await laySteps(opened, { interventions: chain.interventions, ...layingOptions(context) });
  try {
    return await writerOver(steps, { opened, chain, context });
  } catch (error) {
    await steps.removeFiles?.();
    throw error;
  }
}

async function writerOver(
  steps: IdentifiedSteps,
  { opened, chain, context }: { readonly opened: StoredModel; readonly chain: Chain; readonly context: RunContext },
): Promise<Writer> {
  const { interventions } = chain;
  remarkOn(chain, steps, context);
  const settings = resolveSession(steps, context.settings);
  requireWhole(settings, 'text that is written');
  let model: Promise<BranchingModel> | undefined;
  const open = (): Promise<BranchingModel> => (model ??= createStepModel(steps, { settings, ...batchBound(context) }));
  const store = await context.openStore();
  const identity =
    store === undefined
      ? ''
      : await identityOf(steps, {
          checkpoint: opened.checkpoint,
          interventions,
          settings,
          processor: context.division?.processor,
        });

  async function* write(
    prompts: readonly (readonly number[])[],
    { until = [], ...options }: WriterOptions,
  ): ReturnType<Writer['write']> {
    const keys = prompts.map((ids) => keyOf(identity, ids, { ...options, until }));
    const ending = until.length === 0 ? {} : { isEnded: endsWithAny(opened.tokenizer, until) };
    const waiting: number[] = [];
    for (const [index, key] of keys.entries()) {
      const known = context.fresh ? undefined : rememberedText(store, key);
      if (known === undefined) waiting.push(index);
      else yield { index, ...known, isRemembered: true };
    }
    if (waiting.length === 0) return;
    const unknown = waiting.map((index) => prompts[index]!);
    try {
      for await (const text of writeTexts(await open(), unknown, {
        ...options,
        ...ending,
        signal: context.signal,
      })) {
        const index = waiting[text.index]!;
        store?.texts.put(keys[index]!, text);
        yield { ...text, index, isRemembered: false };
      }
    } catch (error) {
      throw await blameWeights(error, opened);
    }
  }

  return {
    contextLength: steps.contextLength,
    changedWeights: steps.changedWeights,
    execution: steps.execution,
    settings,
    isCached: steps.cache !== undefined,
    write,
    ...(steps.remarks === undefined ? {} : { remarks: steps.remarks }),
    release: async () => await (model === undefined ? steps.removeFiles?.() : (await model).release()),
  };
}

/** How many texts grow at once is no part of it, as the batch is none of a batch's identity: rounding aside, it decides nothing. */
function keyOf(identity: string, ids: readonly number[], options: WriterOptions): Uint8Array {
  const {
    until = [],
    beams,
    repetitionPenalty = 1,
    lengthPenalty = 1,
    earlyStopping = false,
    maxTokens,
    endIds = [],
  } = options;
  const search = { format, identity, beams, repetitionPenalty, lengthPenalty, earlyStopping, maxTokens, endIds };
  // Left out where there are none, so that texts that were remembered before there were any are still known.
  const ending = until.length === 0 ? {} : { until };
  return createHash('sha256')
    .update(JSON.stringify({ ...search, ...ending, ids }))
    .digest();
}

function rememberedText(store: RunStore | undefined, key: Uint8Array): Omit<WrittenText, 'index'> | undefined {
  const known = store?.texts.get(key);
  return known === undefined ? undefined : { ids: known.ids, stopped: known.stopped as StopReason };
}

/** Continues prompts with a model under a chain of interventions. */
import {
  appliedTo,
  batchBound,
  blameWeights,
  type Chain,
  layingOptions,
  remarkOn,
  type RunContext,
} from '@linchpin/execution';
import { type Decoder, laySteps, readEndIds } from '@linchpin/models';
import type { AppliedIntervention, BosRule, BranchingModel, StepGraph, Tokenizer } from '@linchpin/plugin-api';
import { createStepModel, resolveSession } from '@linchpin/runtime';
import { type BeamOptions, BeamSearch } from './beam-search.ts';
import type { Decoding } from './decoding.ts';
import { checkPrompt, generate, type StopReason } from './generate.ts';
import { promptIds } from './prompt-ids.ts';
import { TextStream } from './text-stream.ts';

export interface WritingModel extends Omit<Decoder, 'warnings'> {
  readonly tokenizer: Tokenizer;
}

export interface ContinueRun {
  /** Its signal ends the work between two tokens; nothing is remembered. */
  readonly context: RunContext;
  readonly prompts: readonly string[];
  readonly decoding: Decoding;
  readonly maxTokens: number;
  readonly bos: BosRule;
  /** Called when a text begins, with every piece of it behind the prompt, and when it ends. */
  readonly onPrompt?: (prompt: string) => void;
  readonly onText?: (text: string) => void;
  readonly onEnd?: () => void;
}

export interface ContinuedPrompt {
  readonly prompt: string;
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  /** What follows the prompt; the token that ends it has no text. */
  readonly text: string;
  readonly ids: readonly number[];
  readonly stopped: StopReason;
  /** Of the token right after the prompt: float32 [vocabulary]. */
  readonly nextLogits: Float32Array;
}

export interface ContinuedPrompts {
  readonly texts: readonly ContinuedPrompt[];
  /** Entries of weights that the interventions changed. */
  readonly changedWeights: number;
  /** How products with weights were executed. */
  readonly execution: string;
  /** Whether keys and values were kept from token to token. */
  readonly isCached: boolean;
}

/** The texts of a chain, in the order of the prompts. */
export async function continuePrompts(opened: WritingModel, chain: Chain, run: ContinueRun): Promise<ContinuedPrompts> {
  const { context } = run;
  context.signal.throwIfAborted();
  const endIds = await readEndIds(opened.checkpoint);
  const steps = await laySteps(opened, { interventions: chain.interventions, ...layingOptions(context) });
  const texts: ContinuedPrompt[] = [];
  let model: BranchingModel | undefined;
  try {
    remarkOn(chain, steps, context);
    const settings = resolveSession(steps, context.settings);
    model = await createStepModel(steps, { settings, ...batchBound(context) });
    for (const prompt of run.prompts)
      texts.push(await continuePrompt(opened, chain, { ...run, model, endIds, prompt, steps }));
  } catch (error) {
    throw await blameWeights(error, opened);
  } finally {
    await (model === undefined ? steps.removeFiles?.() : model.release());
  }
  const { changedWeights, execution, cache } = steps;
  return { texts, changedWeights, execution, isCached: cache !== undefined };
}

interface PromptRun extends ContinueRun {
  readonly model: BranchingModel;
  readonly steps: Pick<StepGraph, 'remarks'>;
  readonly endIds: readonly number[];
  readonly prompt: string;
}

async function continuePrompt({ tokenizer }: WritingModel, chain: Chain, run: PromptRun): Promise<ContinuedPrompt> {
  const fed = promptIds(run.prompt, tokenizer, run.bos);
  const { search } = run.decoding;
  const written =
    search === undefined
      ? await writtenStream(fed, tokenizer, run)
      : await writtenByBeams(fed, { tokenizer, run, search });
  return {
    prompt: run.prompt,
    label: chain.label,
    interventions: appliedTo(run.steps, chain.interventions),
    ...written,
  };
}

type Written = Pick<ContinuedPrompt, 'text' | 'ids' | 'stopped' | 'nextLogits'>;

/** Token by token, each shown when it is there. */
async function writtenStream(fed: readonly number[], tokenizer: Tokenizer, run: PromptRun): Promise<Written> {
  const { maxTokens, endIds } = run;
  const { signal } = run.context;
  const tokens = generate(run.model, fed, { choose: run.decoding.start(), maxTokens, endIds, signal });
  const stream = new TextStream(tokenizer, fed);
  const ids: number[] = [];
  let text = '';
  let nextLogits = new Float32Array();
  const show = (more: string): void => {
    text += more;
    if (more !== '') run.onText?.(more);
  };
  for (let step = await tokens.next(); ; step = await tokens.next()) {
    if (ids.length === 0) run.onPrompt?.(run.prompt);
    if (step.done === true) {
      show(stream.end());
      run.onEnd?.();
      return { text, ids, stopped: step.value, nextLogits };
    }
    const { id, isEnd, logits } = step.value;
    if (ids.length === 0) nextLogits = logits.slice();
    ids.push(id);
    if (!isEnd) show(stream.push(id));
  }
}

/** The whole text at once: which beam wins shows at the end. */
async function writtenByBeams(
  fed: readonly number[],
  {
    tokenizer,
    run,
    search: options,
  }: { readonly tokenizer: Tokenizer; readonly run: PromptRun; readonly search: BeamOptions },
): Promise<Written> {
  const { model, maxTokens, endIds, context } = run;
  checkPrompt(model, fed);
  const search = new BeamSearch(model, fed, { ...options, maxTokens, endIds });
  for (let growth = search.growth(); growth !== undefined; growth = search.growth()) {
    context.signal.throwIfAborted();
    const [logits] = await model.grow([growth]);
    search.take(logits!);
  }
  const { ids, stopped } = search.result;
  const stream = new TextStream(tokenizer, fed);
  const shown = stopped === 'end' ? ids.slice(0, -1) : ids;
  const text = shown.map((id) => stream.push(id)).join('') + stream.end();
  run.onPrompt?.(run.prompt);
  if (text !== '') run.onText?.(text);
  run.onEnd?.();
  return { text, ids, stopped, nextLogits: search.nextLogits };
}

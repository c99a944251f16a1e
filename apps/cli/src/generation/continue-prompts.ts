/** Continues prompts with a model under a chain of interventions. */
import { generate, type StopReason, TextStream } from '@linchpin/generation';
import { laySteps, readEndIds } from '@linchpin/models';
import type { AppliedIntervention, BosRule, StepModel } from '@linchpin/plugin-api';
import { createStepModel } from '@linchpin/runtime';
import type { ModelFlags } from '../flags.ts';
import type { OpenedModel } from '../open-model.ts';
import { encodingOptions, runtimeOptions } from '../runtime-options.ts';
import { type Chain, weightsToBlame } from '../variant.ts';
import type { Decoding } from './decoding.ts';
import { promptIds } from './prompt-ids.ts';

export interface ContinueRun {
  readonly flags: ModelFlags;
  /** Ends the work between two tokens. */
  readonly signal: AbortSignal;
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
export async function continuePrompts(opened: OpenedModel, chain: Chain, run: ContinueRun): Promise<ContinuedPrompts> {
  const { flags, signal } = run;
  signal.throwIfAborted();
  const endIds = await readEndIds(opened.checkpoint);
  const steps = await laySteps(opened, { interventions: chain.interventions, ...encodingOptions(flags) });
  const batches = flags.batchTokens === undefined ? {} : { batchTokens: flags.batchTokens };
  const model = await createStepModel(steps, { ...runtimeOptions(flags), ...batches });
  const texts: ContinuedPrompt[] = [];
  try {
    for (const prompt of run.prompts)
      texts.push(await continuePrompt(opened, chain, { ...run, model, endIds, prompt }));
  } catch (error) {
    throw await weightsToBlame(error, opened);
  } finally {
    await model.release();
  }
  const { changedWeights, execution, cache } = steps;
  return { texts, changedWeights, execution, isCached: cache !== undefined };
}

interface PromptRun extends ContinueRun {
  readonly model: StepModel;
  readonly endIds: readonly number[];
  readonly prompt: string;
}

async function continuePrompt({ tokenizer }: OpenedModel, chain: Chain, run: PromptRun): Promise<ContinuedPrompt> {
  const { prompt, maxTokens, endIds, signal } = run;
  const fed = promptIds(prompt, tokenizer, run.bos);
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
    if (ids.length === 0) run.onPrompt?.(prompt);
    if (step.done === true) {
      show(stream.end());
      run.onEnd?.();
      const interventions = chain.interventions.map(({ name, version, settings }) => ({ name, version, settings }));
      return { prompt, label: chain.label, interventions, text, ids, stopped: step.value, nextLogits };
    }
    const { id, isEnd, logits } = step.value;
    if (ids.length === 0) nextLogits = logits.slice();
    ids.push(id);
    if (!isEnd) show(stream.push(id));
  }
}

/** The whole search on one checkpoint: spikes, effects, and the guess from the weights where it is asked for. */
import { searchControls, searchLimit, searchPrompt } from '@linchpin/defaults';
import { type HashedCheckpoint, type RunContext } from '@linchpin/execution';
import { readerOf } from '@linchpin/models';
import type { Tokenizer } from '@linchpin/plugin-api';
import { absoluteRule, type CandidateRule, relativeRule, type SpikeThreshold } from './candidate-rule.ts';
import { CheckpointProbe } from './checkpoint-probe.ts';
import { coldScores, type ColdScore } from './cold-scores.ts';
import {
  type Confirmation,
  type ConfirmationOptions,
  confirmByEffect,
  type MeasuredCandidate,
} from './confirm-by-effect.ts';
import { type DetectionRound, detectSuperWeights } from './detect-super-weights.ts';
import { cutSequence } from './cut-sequence.ts';
import { effectText } from './effect-text.ts';
import { badRatio, besideAllAbove } from './errors.ts';
import { mlpMatrices } from './mlp-matrices.ts';

export interface FindOptions extends Partial<RuleOptions>, ConfirmationOptions {
  /** Prompt whose activations are looked at; that of the reference's figures when absent. */
  readonly prompt?: string;
  /** Text on which effects are measured, with the name that errors give it; two sentences of an old novel when absent. */
  readonly text?: { readonly name: string; readonly content: string };
  /** Most candidates; 10 when absent. */
  readonly limit?: number;
  /**
   * All candidates whose spikes are more than so many times the medians of the other layers, of every layer and without a
   * limit; in the place of `limit`, `inputAbove`, `outputAbove` and the rule.
   */
  readonly allAbove?: number;
  /** Whether to guess from the weights alone, too. */
  readonly cold?: boolean;
}

/** What decides about candidates. */
export interface RuleOptions {
  /** `relative`: spikes stand out of the other layers; `absolute`: they exceed 50 (input) and 70 (output). */
  readonly rule: 'relative' | 'absolute';
  /** Least magnitudes of spikes, in the place of the rule's. */
  readonly inputAbove: number;
  readonly outputAbove: number;
  /** Share of an output spike that one weight has to make. */
  readonly explained: readonly [least: number, greatest: number];
}

export interface SearchedModel extends HashedCheckpoint {
  readonly tokenizer: Tokenizer;
}

export interface Finding {
  readonly rule: CandidateRule;
  /** The first is of the unedited model. */
  readonly rounds: readonly DetectionRound[];
  readonly confirmation: Confirmation;
  /** The candidates that have an effect. */
  readonly superWeights: readonly MeasuredCandidate[];
  /** Most candidates that the search was to find, where that ended it: there may be more. */
  readonly endedBy?: number;
  /** What was left out of texts that are longer than the model's context; empty where nothing was. */
  readonly notes: readonly string[];
  /** Best first; absent where not asked for. */
  readonly cold?: readonly ColdScore[];
}

const effectTextName = 'the text on which effects are measured';

/**
 * Searches, and confirms what is found by what happens without it. Texts are cut where the model's context ends; throws for
 * texts of which there is nothing to predict.
 */
export async function findSuperWeights(
  model: SearchedModel,
  options: FindOptions,
  context: RunContext,
): Promise<Finding> {
  const { allAbove, cold = false } = options;
  const { limit = allAbove === undefined ? searchLimit : Infinity } = options;
  const rule = ruleOf(options);
  const text = options.text ?? { name: effectTextName, content: effectText };
  const prompt = cutSequence(options.prompt ?? searchPrompt, 'the prompt', model);
  const measured = cutSequence(text.content, text.name, model);
  const sequences = { prompt: prompt.ids, text: measured.ids };
  const probe = (onAnswer: () => void): CheckpointProbe =>
    new CheckpointProbe(model, { ...sequences, context, onAnswer });
  const progress = context.reporter.begin(cold ? 3 : 2);
  const expected = limit === Infinity ? searchLimit : limit;
  const rounds = await progress.part('spikes', expected + 1, (step) =>
    detectSuperWeights(probe(step), { rule, limit }),
  );
  const candidates = rounds.flatMap(({ found }) => found);
  const confirming = { controls: searchControls, ...confirmationOf(options) };
  const questions = 2 + candidates.length * (1 + confirming.controls);
  const confirmation = await progress.part('effects', questions, (step) =>
    confirmByEffect(probe(step), candidates, confirming),
  );
  const { layers } = model.config;
  return {
    rule,
    rounds,
    confirmation,
    superWeights: confirmation.candidates.filter(({ isConfirmed }) => isConfirmed),
    ...(rounds.at(-1)!.found.length === 0 ? {} : { endedBy: limit }),
    notes: [...prompt.notes, ...measured.notes],
    ...(cold
      ? {
          cold: await progress.part('weights', layers, (step) => coldScores(mlpMatrices(model), readerOf(model), step)),
        }
      : {}),
  };
}

function confirmationOf({ controls, seed, leastEffect }: ConfirmationOptions): ConfirmationOptions {
  return {
    ...(controls === undefined ? {} : { controls }),
    ...(seed === undefined ? {} : { seed }),
    ...(leastEffect === undefined ? {} : { leastEffect }),
  };
}

/** The rule that is named, with the thresholds that are given in the place of its own. */
export function ruleOf(options: Partial<RuleOptions> & Pick<FindOptions, 'allAbove' | 'limit'>): CandidateRule {
  const { rule, inputAbove, outputAbove, explained, allAbove } = options;
  if (allAbove !== undefined) {
    requireAlone(options);
    if (!(allAbove > 0)) throw badRatio(allAbove);
    const threshold = { timesOtherLayers: allAbove };
    return { ...relativeRule, input: threshold, output: threshold, explained: explained ?? relativeRule.explained };
  }
  const base = rule === 'absolute' ? absoluteRule : relativeRule;
  return {
    ...base,
    input: thresholdOf(inputAbove, base.input),
    output: thresholdOf(outputAbove, base.output),
    explained: explained ?? base.explained,
  };
}

/** Options that say otherwise which candidates there are, and how many. */
function requireAlone({ rule, inputAbove, outputAbove, limit }: Parameters<typeof ruleOf>[0]): void {
  const others = { limit, inputAbove, outputAbove, rule: rule === 'absolute' ? rule : undefined };
  const given = Object.entries(others).flatMap(([name, value]) =>
    value === undefined ? [] : [`\`${name}\` ${value}`],
  );
  if (given.length > 0) throw besideAllAbove(given);
}

function thresholdOf(above: number | undefined, otherwise: SpikeThreshold): SpikeThreshold {
  return above === undefined ? otherwise : { above };
}

/** Texts that a model writes, under interventions beside the original. */
import { writtenTokens } from '@linchpin/defaults';
import type { Chain } from '@linchpin/execution';
import {
  type ComparedTexts,
  type CompareRun,
  compareTexts,
  decodingOf,
  type DecodingOptions,
} from '@linchpin/generation';
import type { BosRule } from '@linchpin/plugin-api';
import { requireCount, requireList } from './check-options.ts';
import { chainOf, type ChainOptions } from './evaluate.ts';
import type { HarnessParts } from './harness-parts.ts';
import { besideOriginal } from './interventions.ts';
import type { OpenedModel } from './open-model.ts';

/** Tokens are the likeliest ones unless something is said about draws. */
export interface GenerateOptions
  extends ChainOptions, DecodingOptions, Pick<CompareRun, 'onChain' | 'onPrompt' | 'onText' | 'onEnd'> {
  /** What is continued, white space included. */
  readonly prompts: readonly string[];
  /** The models that write, one after the other; the original, and beside it what the interventions make of it, when absent. */
  readonly chains?: readonly Chain[];
  /** Most tokens that are written behind a prompt; 40 when absent. */
  readonly maxTokens?: number;
  /** Whether a BOS begins every prompt; the tokenizer's own rule when absent. */
  readonly bos?: BosRule;
}

/** Throws for settings outside their ranges before a model is run. */
export async function generate(
  parts: HarnessParts,
  opened: OpenedModel,
  options: GenerateOptions,
): Promise<ComparedTexts> {
  const { prompts, maxTokens = writtenTokens, bos = 'tokenizer', chains, interventions: _, ...others } = options;
  requireList('prompts', prompts, 'prompt');
  requireCount('maxTokens', maxTokens);
  const decoding = decodingOf(options);
  const writing = chains ?? besideOriginal(await chainOf(parts, opened, options));
  return await compareTexts(opened, writing, { ...others, prompts, decoding, maxTokens, bos, context: parts.context });
}

import type { BosRule, Tokenizer } from '@linchpin/plugin-api';
import type { ContinuedPrompt } from './continue-prompts.ts';
import { type NextToken, nextTokens } from './next-tokens.ts';

/** A continuation with what its model expected first. */
export interface GeneratedText extends Omit<ContinuedPrompt, 'nextLogits'> {
  readonly nextTokens: readonly NextToken[];
}

export function generatedText(continued: ContinuedPrompt, tokenizer: Tokenizer, bos: BosRule): GeneratedText {
  const { nextLogits: _, ...text } = continued;
  return { ...text, nextTokens: nextTokens(continued, tokenizer, { bos }) };
}

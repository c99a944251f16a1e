/** What a model expects right after a prompt. */
import type { BosRule, Tokenizer } from '@linchpin/plugin-api';
import type { ContinuedPrompt } from './continue-prompts.ts';
import { likeliest } from './likeliest.ts';
import { promptIds } from './prompt-ids.ts';
import { TextStream } from './text-stream.ts';

/** How many of the likeliest next tokens are shown. */
export const shownTokens = 5;

export interface NextToken {
  readonly id: number;
  /** The text that the token adds to the prompt. */
  readonly token: string;
  readonly probability: number;
}

/** A continuation with what its model expected first. */
export interface GeneratedText extends Omit<ContinuedPrompt, 'nextLogits'> {
  readonly nextTokens: readonly NextToken[];
}

export function generatedText(continued: ContinuedPrompt, tokenizer: Tokenizer, bos: BosRule): GeneratedText {
  const { nextLogits: _, ...text } = continued;
  return { ...text, nextTokens: nextTokens(continued, tokenizer, { bos }) };
}

/** The likeliest tokens after a prompt, in descending order. */
export function nextTokens(
  { prompt, nextLogits }: Pick<ContinuedPrompt, 'prompt' | 'nextLogits'>,
  tokenizer: Tokenizer,
  { bos, count = shownTokens }: { readonly bos: BosRule; readonly count?: number },
): NextToken[] {
  const ids = promptIds(prompt, tokenizer, bos);
  return likeliest(nextLogits, count).map(({ id, probability }) => {
    const stream = new TextStream(tokenizer, ids);
    return { id, token: stream.push(id) + stream.end(), probability };
  });
}

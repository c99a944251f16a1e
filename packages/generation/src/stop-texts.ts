/**
 * Texts that end what a model writes, as lm-evaluation-harness 0.4.13 has it (`stop_sequences_criteria` and
 * `postprocess_generated_text`): writing goes on until one of them has appeared, and then all that follows it is cut off.
 */
import type { Tokenizer } from '@linchpin/plugin-api';

/** A character may be spread over so many tokens, a byte each. */
const mostTokensPerCharacter = 4;

/** What a token may add before or behind a text that ends another. */
const spareTokens = 8;

/** Whether one of the texts has appeared among the last tokens; only as many are decoded as it can be spread over. */
export function endsWithAny(tokenizer: Tokenizer, texts: readonly string[]): (ids: readonly number[]) => boolean {
  const longest = Math.max(0, ...texts.map(({ length }) => length));
  const looked = mostTokensPerCharacter * longest + spareTokens;
  return (ids) => {
    const text = tokenizer.decode(ids.slice(-looked), { skipSpecialTokens: true });
    return texts.some((each) => text.includes(each));
  };
}

/** The text before the first of the texts that appears in it. */
export function cutBefore(text: string, texts: readonly string[]): string {
  return texts.reduce((rest, each) => rest.split(each, 1)[0]!, text);
}

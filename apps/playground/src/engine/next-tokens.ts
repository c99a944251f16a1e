/** What both sides expect after a text, for bars beside each other. */
import { isStopWord, likeliest, softmax } from '@linchpin/generation';
import type { Tokenizer } from '@linchpin/plugin-api';

export interface NextToken {
  readonly id: number;
  readonly text: string;
  readonly isStopWord: boolean;
  /** Probabilities in [0, 1]. */
  readonly original: number;
  readonly changed: number;
}

/** The `count` likeliest ids of each side, those of the original first; undefined where a side has no distribution any more. */
export function nextTokensBeside(
  tokenizer: Tokenizer,
  logits: { readonly original: Float32Array; readonly changed: Float32Array },
  count: number,
): NextToken[] | undefined {
  if ([...logits.original, ...logits.changed].some((logit) => !Number.isFinite(logit))) return undefined;
  const all = { original: softmax(logits.original), changed: softmax(logits.changed) };
  const ids = new Set([logits.original, logits.changed].flatMap((each) => likeliest(each, count).map(({ id }) => id)));
  return [...ids].map((id) => {
    const text = tokenizer.decode([id]);
    return { id, text, isStopWord: isStopWord(text), original: all.original[id]!, changed: all.changed[id]! };
  });
}

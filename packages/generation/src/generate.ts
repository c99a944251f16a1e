/** The decoding loop: feeds a prompt, chooses a token, feeds it, and so on until something ends the text. */
import type { StepModel } from '@linchpin/plugin-api';
import type { ChooseToken } from './choose-token.ts';
import { emptyPrompt, idOutOfRange, promptTooLong } from './errors.ts';
import { softmax } from './softmax.ts';

export interface GenerateOptions {
  readonly choose: ChooseToken;
  /** Most tokens that are written. */
  readonly maxTokens: number;
  /** Ids that end a text; none when absent. */
  readonly endIds?: readonly number[];
  /** Asked between two tokens. */
  readonly signal?: AbortSignal;
}

export interface GeneratedToken {
  readonly id: number;
  /** Of the id in the model's own distribution, whatever the choice made of it. */
  readonly probability: number;
  /** The logits from which it was chosen, float32 [vocabulary]. */
  readonly logits: Float32Array;
  /** Set at the last token where it is one of the ids that end a text. */
  readonly isEnd: boolean;
}

/** What ended a text: one of its `endIds`, a text that ends it, `maxTokens`, or the model's context. */
export type StopReason = 'end' | 'until' | 'max-tokens' | 'context';

/**
 * Yields tokens as they are chosen; returns what ended the text. A token that would follow a full context is still
 * given, since it need not be fed. Throws for a prompt that is empty or longer than the context: nothing is cut off.
 */
export async function* generate(
  model: StepModel,
  prompt: readonly number[],
  { choose, maxTokens, endIds = [], signal }: GenerateOptions,
): AsyncGenerator<GeneratedToken, StopReason> {
  checkPrompt(model, prompt);
  const sequence = model.begin();
  const ids = [...prompt];
  let fed = prompt;
  for (let written = 0; written < maxTokens; written++) {
    if (sequence.length + fed.length > model.contextLength) return 'context';
    signal?.throwIfAborted();
    const logits = await sequence.feed(fed);
    const probabilities = softmax(logits);
    const id = choose(logits, ids);
    const isEnd = endIds.includes(id);
    yield { id, probability: probabilities[id]!, logits, isEnd };
    if (isEnd) return 'end';
    ids.push(id);
    fed = [id];
  }
  return 'max-tokens';
}

/** Throws for a prompt that is empty or longer than the context, and for ids that the model does not have. */
export function checkPrompt(
  { contextLength, vocabularySize }: Pick<StepModel, 'contextLength' | 'vocabularySize'>,
  prompt: readonly number[],
): void {
  if (prompt.length === 0) throw emptyPrompt();
  if (prompt.length > contextLength) throw promptTooLong(prompt.length, contextLength);
  const outside = prompt.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (outside !== undefined) throw idOutOfRange(outside, vocabularySize);
}

/** A text as one sequence that a model takes: what lies behind its context is left out, and said. */
import { sequenceIds } from '@linchpin/execution';
import type { DecoderConfig, Tokenizer } from '@linchpin/plugin-api';

export interface CutSequence {
  readonly ids: number[];
  /** Empty where the whole text is in. */
  readonly notes: readonly string[];
}

/** Throws where there is less than a token and one to predict. */
export function cutSequence(
  text: string,
  what: string,
  { tokenizer, config }: { readonly tokenizer: Tokenizer; readonly config: Pick<DecoderConfig, 'contextLength'> },
): CutSequence {
  const { contextLength } = config;
  const ids = sequenceIds(text, what, { tokenizer, config: { contextLength: Infinity } });
  if (ids.length <= contextLength) return { ids, notes: [] };
  const note = `Of ${what} the first ${contextLength} of ${ids.length} tokens were taken: the model's context is no longer.`;
  return { ids: ids.slice(0, contextLength), notes: [note] };
}

import type { DecoderConfig, Tokenizer } from '@linchpin/plugin-api';
import { promptTooLong } from './errors.ts';

/** A text that is run as one sequence, with whatever the tokenizer itself adds, as the reference encodes; `what` names it in errors. */
export function sequenceIds(
  text: string,
  what: string,
  { tokenizer, config }: { readonly tokenizer: Tokenizer; readonly config: Pick<DecoderConfig, 'contextLength'> },
): number[] {
  const ids = tokenizer.encodeWithSpecialTokens(text);
  if (ids.length < 2 || ids.length > config.contextLength) throw promptTooLong(what, ids.length, config.contextLength);
  return ids;
}

import type { OpenedModel } from '../open-model.ts';
import { promptTooLong } from './errors.ts';

/** A text that is run as one sequence, with whatever the tokenizer itself adds, as the reference encodes; `what` names it in errors. */
export function promptIds(
  text: string,
  what: string,
  { tokenizer, config }: Pick<OpenedModel, 'tokenizer' | 'config'>,
): number[] {
  const ids = tokenizer.encodeWithSpecialTokens(text);
  if (ids.length < 2 || ids.length > config.contextLength) throw promptTooLong(what, ids.length, config.contextLength);
  return ids;
}

import type { BosRule, Tokenizer } from '@linchpin/plugin-api';
import { noBos } from './errors.ts';

/** The ids that a model continues; a text that already begins with the BOS gets no second one by `always`. */
export function promptIds(text: string, tokenizer: Tokenizer, rule: BosRule): number[] {
  if (rule === 'tokenizer') return tokenizer.encodeWithSpecialTokens(text);
  const ids = tokenizer.encode(text);
  if (rule === 'never') return ids;
  if (tokenizer.bosId === undefined) throw noBos();
  return ids[0] === tokenizer.bosId ? ids : [tokenizer.bosId, ...ids];
}

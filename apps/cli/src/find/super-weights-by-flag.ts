/** `--super-weight auto`: the coordinates that a search with its defaults finds, in the place of the word. */
import { formatSuperWeight } from '@linchpin/plugin-api';
import type { ModelFlags } from '../flags.ts';
import { remark } from '../remark.ts';
import { noSuperWeightFound } from './errors.ts';
import { defaultPrompt } from './find-flags.ts';
import { findingOf, runOf, type SearchedModel } from './finding-of.ts';
import { noneInWords } from './in-words.ts';

const automatic = 'auto';

/** Whether a model has to be searched. */
export function asksForSearch({ superWeight }: Pick<ModelFlags, 'superWeight'>): boolean {
  return superWeight?.includes(automatic) === true;
}

/** What was given, with found coordinates for `auto`. Throws where a search finds none. */
export async function searchedSuperWeights(
  model: SearchedModel & { readonly name: string },
  flags: ModelFlags,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const finding = await findingOf(model, { ...runOf(flags), prompt: defaultPrompt, rule: 'relative' }, signal);
  if (finding.superWeights.length === 0) throw noSuperWeightFound(model.name, noneInWords(finding, model));
  const found = finding.superWeights.map(formatSuperWeight);
  remark(`super weights of ${model.name}, found: ${found.join(', ')}`, flags);
  return (flags.superWeight ?? []).flatMap((given) => (given === automatic ? found : [given]));
}

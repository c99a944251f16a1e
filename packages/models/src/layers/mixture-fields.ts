/** Fields of config.json that say how many experts there are, and how many of them a token gets. */
import { z } from 'zod';
import { withoutAliases } from '../config-aliases.ts';
import { positiveInteger, readFields } from '../config-fields.ts';
import { configField } from '../errors.ts';
import type { JsonObject } from '../read-json.ts';

type ExpertCount = 'num_local_experts' | 'num_experts';

export interface MixtureFields {
  readonly experts: number;
  readonly expertsPerToken: number;
}

/**
 * `experts` is the name of the field that counts them; `alias` the other one that transformers reads, and writes when it
 * saves.
 */
export function readMixture(
  config: JsonObject,
  file: string,
  { experts: field, alias }: { readonly experts: ExpertCount; readonly alias?: ExpertCount },
): MixtureFields {
  const named = alias === undefined ? config : withoutAliases(config, { [alias]: field }, file);
  const schema = z.object({ [field]: positiveInteger, num_experts_per_tok: positiveInteger });
  const fields = readFields(schema, named, { file }) as Record<string, number>;
  const mixture = { experts: fields[field]!, expertsPerToken: fields['num_experts_per_tok']! };
  if (mixture.expertsPerToken <= mixture.experts) return mixture;
  throw configField({
    file,
    field: 'num_experts_per_tok',
    found: mixture.expertsPerToken,
    expected: `at most ${mixture.experts}, as many as there are`,
  });
}

/**
 * Ids that end a text when a model writes: `eos_token_id` of generation_config.json, or of config.json where there is no
 * such file, as `GenerationMixin.generate` of transformers 5.23.0 takes them. LLaMA 3 and others list several.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.ts';
import { readFields } from '../config-fields.ts';
import { configAbsent } from '../errors.ts';
import { readJsonObject } from '../read-json.ts';

const expected = 'a token id or a list of them';
const schema = z.object({ eos_token_id: z.union([z.int(), z.array(z.int())], expected).nullish() });

/** Empty where nothing ends a text. */
export async function readEndIds({
  directory,
  config,
  configFile,
}: Pick<Checkpoint, 'directory' | 'config' | 'configFile'>): Promise<readonly number[]> {
  const own = join(directory, 'generation_config.json');
  const { eos_token_id: ids } = existsSync(own)
    ? readFields(schema, await readJsonObject(own, configAbsent), { file: own })
    : readFields(schema, config, { file: configFile });
  return [ids ?? []].flat();
}

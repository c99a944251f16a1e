/**
 * Ids that end a text when a model writes: `eos_token_id` of generation_config.json, or of config.json where there is no
 * such file, as `GenerationMixin.generate` of transformers 5.23.0 takes them. LLaMA 3 and others list several.
 */
import { z } from 'zod';
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { readFields } from '../config-fields.ts';
import { configAbsent } from '../errors.ts';
import { findJsonObject } from '../read-json.ts';

const generationConfig = 'generation_config.json';
const expected = 'a token id or a list of them';
const schema = z.object({ eos_token_id: z.union([z.int(), z.array(z.int())], expected).nullish() });

/** Empty where nothing ends a text. */
export async function readEndIds(
  checkpoint: CheckpointTexts & Pick<Checkpoint, 'config' | 'configFile'>,
): Promise<readonly number[]> {
  const own = await findJsonObject(checkpoint, generationConfig, configAbsent);
  const { eos_token_id: ids } =
    own === undefined
      ? readFields(schema, checkpoint.config, { file: checkpoint.configFile })
      : readFields(schema, own, { file: checkpoint.locate(generationConfig) });
  return [ids ?? []].flat();
}

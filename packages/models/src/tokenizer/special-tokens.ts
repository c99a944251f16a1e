/**
 * Which tokens begin and end a text: `bos_token` and `eos_token` of tokenizer_config.json, else of
 * special_tokens_map.json, else `bos_token_id` and `eos_token_id` of config.json. A `null` there means that there is
 * none (Qwen), as it does to transformers; it is not a reason to look further.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidField } from '../errors.ts';
import { tokenizerAbsent } from './errors.ts';
import { readJsonObject } from '../read-json.ts';

/** A special token as the files name it: by its text, or by its id. */
export type NamedToken = { readonly text: string } | { readonly id: number };

export interface SpecialTokens {
  readonly bos?: NamedToken | undefined;
  readonly eos?: NamedToken | undefined;
}

const text = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]).nullish();
const names = z.object({ bos_token: text, eos_token: text });
// LLaMA 3 lists several ends; the first is the one that ends a text.
const id = z.union([z.int(), z.array(z.int()).transform(([first]) => first)]).nullish();
const ids = z.object({ bos_token_id: id, eos_token_id: id });

/** Reads the names of a folder's special tokens; files that are not there are passed over. */
export async function readSpecialTokens(directory: string): Promise<SpecialTokens> {
  const config = await readOptional(join(directory, 'tokenizer_config.json'), names);
  const map = await readOptional(join(directory, 'special_tokens_map.json'), names);
  const model = await readOptional(join(directory, 'config.json'), ids);
  return {
    bos: nameToken([config?.bos_token, map?.bos_token], model?.bos_token_id),
    eos: nameToken([config?.eos_token, map?.eos_token], model?.eos_token_id),
  };
}

function nameToken(
  texts: readonly (string | null | undefined)[],
  fallback: number | null | undefined,
): NamedToken | undefined {
  const named = texts.find((each) => each !== undefined);
  if (named !== undefined) return named === null ? undefined : { text: named };
  return fallback === undefined || fallback === null ? undefined : { id: fallback };
}

async function readOptional<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  if (!existsSync(file)) return undefined;
  const parsed = schema.safeParse(await readJsonObject(file, tokenizerAbsent));
  if (!parsed.success) throw invalidField(file, parsed.error.issues[0]!);
  return parsed.data;
}

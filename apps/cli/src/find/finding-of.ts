/** The search with what the flags say, on an opened model. */
import { readFile } from 'node:fs/promises';
import { effectText } from '@linchpin/detection';
import type { Decoder } from '@linchpin/models';
import type { Tokenizer } from '@linchpin/plugin-api';
import type { ModelFlags, OutputFlags, StoreFlags } from '../flags.ts';
import { textUnreadable } from './errors.ts';
import type { FindFlags } from './find-flags.ts';
import { type Finding, findSuperWeights } from './find-super-weights.ts';
import { promptIds } from './prompt-ids.ts';
import { ruleOf } from './rule-of.ts';

export interface SearchedModel extends Omit<Decoder, 'warnings'> {
  readonly tokenizer: Tokenizer;
}

export async function findingOf(
  model: SearchedModel,
  flags: FindFlags & OutputFlags & StoreFlags,
  signal: AbortSignal,
): Promise<Finding> {
  const { limit, controls, seed, leastEffect, cold, quiet } = flags;
  const text = flags.text === undefined ? effectText : await readText(flags.text);
  return await findSuperWeights(model, {
    rule: ruleOf(flags),
    prompt: promptIds(flags.prompt, '--prompt', model),
    text: promptIds(text, flags.text ?? 'the text on which effects are measured', model),
    flags: runOf(flags),
    signal,
    confirmation: {
      ...(controls === undefined ? {} : { controls }),
      ...(seed === undefined ? {} : { seed }),
      ...(leastEffect === undefined ? {} : { leastEffect }),
    },
    ...(limit === undefined ? {} : { limit }),
    ...(cold === undefined ? {} : { cold }),
    ...(quiet === undefined ? {} : { quiet }),
  });
}

/** What the flags say of running the model. */
export function runOf({
  threads,
  castWeights,
  store,
  fresh,
  quiet,
}: ModelFlags): Pick<ModelFlags, 'threads' | 'castWeights' | 'store' | 'fresh' | 'quiet'> {
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(castWeights === undefined ? {} : { castWeights }),
    ...(store === undefined ? {} : { store }),
    ...(fresh === undefined ? {} : { fresh }),
    ...(quiet === undefined ? {} : { quiet }),
  };
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: unknown) => Promise.reject(textUnreadable(file, cause)));
}

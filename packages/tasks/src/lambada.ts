/**
 * LAMBADA (Paperno et al., arXiv 1606.06031): predict the last word of a passage. Words are what single spaces divide, as in
 * lm-evaluation-harness, task version 1.0; the perplexity is per last word, not per token.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { rowParser } from './row-parser.ts';

export interface LambadaRow {
  readonly text: string;
}

export const lambadaSchema: z.ZodType<LambadaRow> = z.object({ text: z.string() });

/** The task of one version of the texts; `name` is also the name of its data set. Examples come from `examples`. */
export function lambadaTask(name: string, examples: string): Task<LambadaRow> {
  return {
    name,
    version: 1,
    kind: 'last-word',
    dataset: name,
    metrics: ['acc', 'perplexity'],
    chance: 0,
    fewshot: { dataset: examples, sampler: 'default', leavesOutOwn: false },
    tags: ['lambada'],
    parseRow: rowParser(name, lambadaSchema),
    toQuestion: ({ text }) => ({ kind: 'last-word', ...lastWord(text) }),
  };
}

/** A text up to its last word, and that with the space before it. */
export function lastWord(text: string): { readonly context: string; readonly continuation: string } {
  const words = text.split(' ');
  return { context: words.slice(0, -1).join(' '), continuation: ` ${words.at(-1)}` };
}

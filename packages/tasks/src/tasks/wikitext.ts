/**
 * WikiText-2 (Merity et al., arXiv 1609.07843) by its pages, as lm-evaluation-harness 0.4.13 scores it, task version 2.0: every token of the
 * detokenised page is predicted once, and counted by the words and bytes that the page had before. Words are the pieces between runs of
 * white space, the empty ones at the edges included. Not the perplexity of the papers: it depends on the model's context length.
 */
import type { Task } from '@linchpin/plugin-api';
import { whitespaceClass } from '@linchpin/python-strings';
import { z } from 'zod';
import { rowParser } from '../row-parser.ts';
import { detokenizeWikitext } from '../wikitext-detokenizer.ts';
import { wikitextPages } from '../wikitext-pages.ts';

interface WikitextRow {
  readonly page: string;
}

const schema: z.ZodType<WikitextRow> = z.object({ page: z.string().min(1) });

const whitespaceRun = new RegExp(`[${whitespaceClass}]+`, 'u');

export const wikitext: Task<WikitextRow> = {
  name: 'wikitext',
  version: 2,
  kind: 'whole-text',
  dataset: 'wikitext2',
  metrics: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  chance: 0,
  gather: wikitextPages,
  parseRow: rowParser('wikitext', schema),
  toQuestion: ({ page }) => ({
    kind: 'whole-text',
    text: detokenizeWikitext(page),
    words: page.split(whitespaceRun).length,
    bytes: Buffer.byteLength(page, 'utf8'),
  }),
};

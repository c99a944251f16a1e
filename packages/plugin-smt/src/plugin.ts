/**
 * Sparse matrix tuning (He et al., arXiv 2405.15525, as HectorHHZ/Sparse_Matrix_Tuning @31c5ff6 has it). Other than there, the
 * warm-up leaves the weights as they are unless it is asked to train them, attention is scored by the statistic that is asked
 * for, and matrices that choose by themselves share a ratio evenly.
 */
import type { InterventionPlugin, TrainingMethod } from '@linchpin/plugin-api';
import { z } from 'zod';
import { optionMeanings, optionSchema, type SmtOptions } from './options.ts';
import { planSmt } from './plan-smt.ts';
import { smt } from './smt.ts';

/** `--method 'smt:{"block": 16, "attentionBlocks": 12}'` */
export const smtMethod: TrainingMethod<SmtOptions> = {
  name: 'smt',
  version: 1,
  summary: 'Trains the blocks of matrices whose gradients are largest in a warm-up (sparse matrix tuning).',
  options: optionMeanings,
  schema: optionSchema,
  plan: planSmt,
};

interface Options {
  readonly path: string;
}

/** `--intervention 'smt:{"path": "…"}'` */
export const plugin: InterventionPlugin<Options> = {
  name: 'smt',
  summary: "Puts blocks that were trained by sparse matrix tuning in the place of the model's.",
  options: { path: 'folder that `linchpin train --method smt` wrote' },
  schema: z.strictObject({ path: z.string().min(1) }),
  create: ({ path }) => smt(path),
  methods: [smtMethod],
};

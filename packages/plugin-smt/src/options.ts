/** What may be said about a sparse tuning. */
import { z } from 'zod';
import { type Statistic, statistics } from './block-scores.ts';

/** What blocks are chosen from: each has a number of its own, or a share of the whole model. */
export const groups = ['attention', 'mlp', 'mixture'] as const;

export type Group = (typeof groups)[number];

const share = z.number().gt(0).max(1).optional();
const count = z.int().min(1).optional();

export interface SmtOptions {
  readonly block: number;
  readonly statistic: Statistic;
  readonly selection: 'no_restriction' | 'norm_dist' | 'activation';
  readonly warmUp: 'frozen' | 'moving';
  readonly warmUpSteps: number;
  readonly warmUpLearningRate?: number | undefined;
  readonly attentionRatio?: number | undefined;
  readonly attentionBlocks?: number | undefined;
  readonly mlpRatio?: number | undefined;
  readonly mlpBlocks?: number | undefined;
  readonly mixtureRatio?: number | undefined;
  readonly mixtureBlocks?: number | undefined;
}

export const optionSchema: z.ZodType<SmtOptions> = z
  .strictObject({
    block: z.int().min(1).default(256),
    statistic: z.enum(statistics).default('abs_mean'),
    selection: z.enum(['no_restriction', 'norm_dist', 'activation']).default('no_restriction'),
    warmUp: z.enum(['frozen', 'moving']).default('frozen'),
    warmUpSteps: z.int().min(1).default(100),
    warmUpLearningRate: z.number().gt(0).optional(),
    attentionRatio: share,
    attentionBlocks: count,
    mlpRatio: share,
    mlpBlocks: count,
    mixtureRatio: share,
    mixtureBlocks: count,
  })
  .superRefine((options, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const isAsked = (group: Group): boolean =>
      options[`${group}Ratio`] !== undefined || options[`${group}Blocks`] !== undefined;
    for (const group of groups)
      if (options[`${group}Ratio`] !== undefined && options[`${group}Blocks`] !== undefined)
        refuse(`${group}Ratio`, `is given beside ${group}Blocks; give one of them`);
    if (isAsked('mixture') && (isAsked('attention') || isAsked('mlp')))
      refuse('mixture', 'holds the matrices of attention and MLP already; give it alone');
    if (options.warmUp === 'frozen' && options.warmUpLearningRate !== undefined)
      refuse('warmUpLearningRate', 'nothing is trained in a warm-up with frozen weights; give warmUp "moving"');
    if (options.warmUp === 'moving' && options.selection === 'activation')
      refuse('warmUp', 'activations are looked at with frozen weights alone');
  });

/** The share of attention blocks when nothing is asked for: that of the official code. */
export const defaultAttentionRatio = 0.0084;

/** Of the paper's configuration. */
export const defaultWarmUpLearningRate = 9.65e-6;

export const optionMeanings: Readonly<Record<keyof SmtOptions, string>> = {
  block: 'rows and columns of a block, which must divide every matrix that blocks are chosen of; 256 when absent',
  statistic: 'what of a block of the gradient is compared: mean_abs, abs_mean, L1 or L2; abs_mean when absent',
  selection:
    'no_restriction: the largest of all matrices; norm_dist: the largest of each matrix; activation: input channels with the largest activations, as many numbers as the blocks would have; no_restriction when absent',
  warmUp:
    'frozen: weights stay while gradients are summed, and the result is blocks alone; moving: the whole model is trained meanwhile, as by the official code, and the result has all tensors; frozen when absent',
  warmUpSteps: 'steps over which gradients are summed; 100 when absent',
  warmUpLearningRate: `learning rate of a moving warm-up; ${defaultWarmUpLearningRate} when absent`,
  attentionRatio: `blocks of the matrices of queries, keys and values, as a share of the blocks of all matrices of the model; ${defaultAttentionRatio} when nothing is chosen`,
  attentionBlocks: 'how many blocks of queries, keys and values; with norm_dist, of each of their matrices',
  mlpRatio: 'the same share for the matrices of the MLP (gate, up and down)',
  mlpBlocks: 'the same number for the matrices of the MLP',
  mixtureRatio: 'the same share for all matrices of the layers together, the output of attention included',
  mixtureBlocks: 'the same number for all matrices of the layers together',
};

import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import { fractionAndCount } from './errors.ts';
import { paperCount, paperFraction, pruneOutliers } from './prune-outliers.ts';

interface Options {
  readonly fraction?: number | undefined;
  readonly count?: number | undefined;
  readonly keep?: readonly string[] | undefined;
}

/** `--intervention prune-outliers[:{"fraction": 1e-6, "keep": ["2:3968:7003"]}]`, or `{"count": 7000}` */
export const plugin: InterventionPlugin<Options> = {
  name: 'prune-outliers',
  summary: 'Sets the largest weights of every matrix to zero, super weights kept.',
  options: {
    fraction: `share of each matrix; the paper's ${paperFraction} when absent`,
    count: `how many over all matrices together, instead of a share of each; the paper says ${paperCount} in words`,
    keep: "LAYER:ROW:COLUMN of weights that stay; the model's known super weights when absent",
  },
  schema: z.strictObject({
    fraction: z.number().optional(),
    count: z.number().optional(),
    keep: z.array(z.string()).optional(),
  }),
  create({ fraction, count, keep }, model) {
    if (fraction !== undefined && count !== undefined) throw fractionAndCount();
    const amount = count === undefined ? { fraction: fraction ?? paperFraction } : { count };
    return pruneOutliers({ ...amount, keep: keep?.map(parseSuperWeight) ?? model.superWeights() });
  },
};

import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import type { Arithmetic } from './arithmetic.ts';
import { type Indivisible, parseBlockSize } from './block-size.ts';
import type { Clipping } from './clipping.ts';
import type { LevelSet } from './levels.ts';
import { paperDeviations, presets } from './presets.ts';
import { quantizeWeights } from './quantize-weights.ts';

interface Options {
  readonly preset: keyof typeof presets;
  readonly bits: number;
  readonly block: number | string;
  readonly clipping?: Clipping | 'none' | undefined;
  readonly levels: LevelSet;
  readonly arithmetic: Arithmetic;
  readonly indivisible: Indivisible;
  readonly restoreSuperWeights?: boolean | readonly string[] | undefined;
}

/** `--intervention quantize-weights[:{"preset": "ours", "bits": 4, "block": "128x128"}]` */
export const plugin: InterventionPlugin<Options> = {
  name: 'quantize-weights',
  summary: 'Rounds the weights of every matrix to few levels in blocks, with clipping and super weights put back.',
  options: {
    preset: `what clipping and restoreSuperWeights are when absent: rtn (no, no), ours (z ${paperDeviations}, yes), clip-only (z ${paperDeviations}, no); rtn when absent`,
    bits: 'from 2 to 8; 4 when absent',
    block: 'weights of a block, as a number or as 128x128, or channel or tensor; 16384 when absent',
    clipping:
      'none, or {"method": M, "value": V}: z standard deviations, bp or tp share of block or matrix, iqr ranges',
    levels: 'integer, shift or normal_float (NF4, NF3); integer when absent',
    arithmetic:
      "float32, or float16 as in the paper's runs: the format to which every step rounds; float32 when absent",
    indivisible: 'error or whole-matrix, for a matrix that the block size does not divide; error when absent',
    restoreSuperWeights: "true for the model's known super weights, or a list of LAYER:ROW:COLUMN",
  },
  schema: z.strictObject({
    preset: z.enum(['rtn', 'ours', 'clip-only']).default('rtn'),
    bits: z.number().default(4),
    block: z.union([z.number(), z.string()]).default(128 * 128),
    clipping: z
      .union([z.literal('none'), z.strictObject({ method: z.enum(['z', 'bp', 'tp', 'iqr']), value: z.number() })])
      .optional(),
    levels: z.enum(['integer', 'shift', 'normal_float']).default('integer'),
    arithmetic: z.enum(['float32', 'float16']).default('float32'),
    indivisible: z.enum(['error', 'whole-matrix']).default('error'),
    restoreSuperWeights: z.union([z.boolean(), z.array(z.string())]).optional(),
  }),
  create({ preset, block, clipping, restoreSuperWeights, ...rest }, model) {
    const restore = restoreSuperWeights ?? presets[preset].restoreSuperWeights;
    const known = restore === true ? model.superWeights() : [];
    return quantizeWeights({
      ...rest,
      block: typeof block === 'string' ? parseBlockSize(block) : block,
      clipping: clipping ?? presets[preset].clipping,
      restore: typeof restore === 'boolean' ? known : restore.map(parseSuperWeight),
    });
  },
};

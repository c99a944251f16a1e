import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import { blockSizes, quantizeBlocks } from './quantize-blocks.ts';

interface Options {
  readonly bits: 4 | 8;
  readonly block: number;
  readonly holdOut: boolean | readonly string[];
}

/** `--intervention quantize-blocks[:{"bits": 4, "block": 32, "holdOut": true}]` */
export const plugin: InterventionPlugin<Options> = {
  name: 'quantize-blocks',
  summary: 'Stores weights in 4 or 8 bits, in blocks, with super weights held out of them.',
  options: {
    bits: '4 or 8; 4 when absent',
    block: `weights of a block, of one output channel: one of ${blockSizes.join(', ')}; 32 when absent`,
    holdOut:
      "true for the model's known super weights, false for none, or a list of LAYER:ROW:COLUMN; true when absent",
  },
  schema: z.strictObject({
    bits: z.literal([4, 8]).default(4),
    block: z.number().default(32),
    holdOut: z.union([z.boolean(), z.array(z.string())]).default(true),
  }),
  create({ bits, block, holdOut }, model) {
    const known = holdOut === true ? model.superWeights() : [];
    return quantizeBlocks({
      bits,
      block,
      holdOut: typeof holdOut === 'boolean' ? known : holdOut.map(parseSuperWeight),
    });
  },
};

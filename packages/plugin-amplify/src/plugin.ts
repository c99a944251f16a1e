import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import { amplify } from './amplify.ts';

interface Options {
  readonly factor: number;
  readonly weights?: readonly string[] | undefined;
}

/** `--intervention 'amplify:{"factor": 1.5}'` */
export const plugin: InterventionPlugin<Options> = {
  name: 'amplify',
  summary: 'Multiplies super weights by a factor.',
  options: {
    factor: 'what the weights are multiplied by; 1 changes nothing',
    weights: "LAYER:ROW:COLUMN of each; the model's known super weights when absent",
  },
  schema: z.strictObject({ factor: z.number(), weights: z.array(z.string()).min(1).optional() }),
  create: ({ factor, weights }, model) =>
    amplify({ factor, weights: weights?.map(parseSuperWeight) ?? model.superWeights() }),
};

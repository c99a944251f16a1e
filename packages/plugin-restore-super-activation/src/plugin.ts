import { type InterventionPlugin, parseSuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import { restoreSuperActivation } from './restore-super-activation.ts';

interface Options {
  readonly weights?: readonly string[] | undefined;
}

/** `--intervention restore-super-activation[:{"weights": ["2:3968:7003"]}]`, after the one that prunes */
export const plugin: InterventionPlugin<Options> = {
  name: 'restore-super-activation',
  summary: 'Puts the super activation back at one token of each request, after its weight was pruned.',
  options: { weights: "LAYER:ROW:COLUMN of each; the model's known super weights when absent" },
  schema: z.strictObject({ weights: z.array(z.string()).min(1).optional() }),
  create: ({ weights }, model) =>
    restoreSuperActivation({ weights: weights?.map(parseSuperWeight) ?? model.superWeights() }),
};

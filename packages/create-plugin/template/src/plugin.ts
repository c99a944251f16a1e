import type { InterventionPlugin } from '@linchpin/plugin-api';
import { z } from 'zod';
import { myMethod, type MyMethodOptions } from './my-method.ts';

/** `--intervention my-method:{"layer": 1}` */
export const plugin: InterventionPlugin<MyMethodOptions> = {
  name: 'my-method',
  summary: 'Multiplies what the MLP of one layer adds.',
  options: {
    layer: 'from 0',
    factor: 'what the output is multiplied by; 0.5 when absent',
  },
  schema: z.strictObject({ layer: z.int().min(0), factor: z.number().default(0.5) }),
  create: (options) => myMethod(options),
};

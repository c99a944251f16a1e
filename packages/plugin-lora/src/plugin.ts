import type { InterventionPlugin } from '@linchpin/plugin-api';
import { z } from 'zod';
import { lora } from './lora.ts';
import { doraMethod, loraMethod } from './methods.ts';

interface Options {
  readonly path: string;
}

/** `--intervention 'lora:{"path": "…"}'` */
export const plugin: InterventionPlugin<Options> = {
  name: 'lora',
  summary: 'Merges a low-rank adapter, LoRA or DoRA, into the weights.',
  options: { path: 'folder that `linchpin train --method lora` or `dora` wrote, or save_pretrained of PEFT' },
  schema: z.strictObject({ path: z.string().min(1) }),
  create: ({ path }) => lora(path),
  methods: [loraMethod, doraMethod],
};

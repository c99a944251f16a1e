/** What a plugin is, asked of what comes from outside: a module that was loaded, or an object of a script. */
import type { InterventionPlugin } from '@linchpin/plugin-api';
import { z } from 'zod';
import { notAPlugin } from './errors.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';

const pluginShape = z.object({
  name: z.string().regex(/^[^:\s]+$/, 'expected a name without colons and spaces'),
  summary: z.string(),
  options: z.record(z.string(), z.string()),
  schema: z.custom(
    (value) => isFunction((value as { '~standard'?: { validate?: unknown } } | null)?.['~standard']?.validate),
    'expected a Standard Schema, such as those of zod',
  ),
  create: z.custom(isFunction, 'expected a function'),
});

/** Throws for what is none; `source` is where it came from, `place` its name there. */
export function requirePlugin(value: unknown, source: string, place?: string): asserts value is InterventionPlugin {
  const checked = pluginShape.safeParse(value);
  if (checked.success) return;
  const [issue] = checked.error.issues;
  const path = [...(place === undefined ? [] : [place]), ...(issue?.path ?? [])].map(String).join('.');
  throw notAPlugin(source, `${path}: ${issue?.message ?? 'another value'}`);
}

/** What a file of settings has to look like. */
import { deviceNames, productTypes } from '@linchpin/defaults';
import type { CompareOptions } from '@linchpin/regression';
import type { FewshotByTask, LmEvalTaskFile, TaskDefinition } from '@linchpin/tasks';
import { z } from 'zod';
import { parseIntervention } from './intervention-text.ts';
import type { InterventionSpecification, LinchpinConfig, NightlyConfig } from './linchpin-config.ts';

const name = z.string().min(1);
const count = z.int().min(1);

const written = name.refine(
  (text) => parseIntervention(text) !== undefined,
  'a name, or a name with its settings as JSON behind a colon',
);

const specification: z.ZodType<InterventionSpecification> = z.union([
  written,
  z.strictObject({ name, settings: z.json().exactOptional() }),
]);

const compare: z.ZodType<Partial<CompareOptions>> = z.strictObject({
  tolerance: z.number().min(0).exactOptional(),
  alpha: z.number().min(0).max(1).exactOptional(),
  judge: z.enum(['numbers', 'tests']).exactOptional(),
  leastSpeed: z.number().min(0).exactOptional(),
  mostMemory: z.number().min(0).exactOptional(),
  failOn: z.array(z.enum(['speed', 'memory'])).exactOptional(),
});

const nightly: z.ZodType<NightlyConfig> = z.strictObject({
  models: z.array(name).min(1).exactOptional(),
  interventions: z.array(name).min(1).exactOptional(),
  tasks: z.array(name).exactOptional(),
  corpora: z.array(name).exactOptional(),
  limit: count.exactOptional(),
  windows: count.exactOptional(),
  bos: z.enum(['never', 'always', 'tokenizer']).exactOptional(),
  baseline: name.exactOptional(),
  out: name.exactOptional(),
  compare: compare.exactOptional(),
});

/** A definition is checked by the package of the tasks, which knows what it may say. */
const task: z.ZodType<TaskDefinition | LmEvalTaskFile> = z.union([
  z.strictObject({ yaml: name, files: z.record(name, name).exactOptional() }),
  z.custom<TaskDefinition>(
    (value) => typeof value === 'object' && value !== null && 'name' in value,
    'a task with a name, or { yaml }',
  ),
]);

const fewshot: z.ZodType<FewshotByTask> = z.record(name, z.union([z.int().min(0), z.literal('published')]));

/** Names that the command line can tell from names with settings. */
const chainName = z.string().regex(/^[^:\s]+$/, 'a name without colons and spaces');

export const configSchema: z.ZodType<LinchpinConfig> = z.strictObject({
  model: name.exactOptional(),
  models: z.record(name, name).exactOptional(),
  datasets: name.exactOptional(),
  store: z.union([name, z.literal(false)]).exactOptional(),
  device: z.enum(['auto', ...deviceNames]).exactOptional(),
  stages: z.union([count, z.literal('auto')]).exactOptional(),
  dtype: z.enum(productTypes).exactOptional(),
  threads: count.exactOptional(),
  plugins: z.array(name).exactOptional(),
  interventions: z.record(chainName, z.array(specification).min(1)).exactOptional(),
  tasks: z.array(task).exactOptional(),
  fewshot: fewshot.exactOptional(),
  nightly: nightly.exactOptional(),
});

/** What a file of results has to look like. */
import type { ResultRow, SuperWeight } from '@linchpin/plugin-api';
import { z } from 'zod';
import type { Artifact, DirectoryModel, FoundWeight } from './artifact.ts';
import type { FigureAxis, FigureData } from './figure-data.ts';

/** JSON has no infinities: they are written as words. */
const number = z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN']).transform(Number)]);
const count = z.int().min(0);
const nullableNumber = number.nullable();
const interventions = z.array(
  z.object({
    name: z.string(),
    version: z.number(),
    settings: z.json(),
    remarks: z.array(z.string()).exactOptional(),
  }),
);

const resultRow: z.ZodType<ResultRow> = z.object({
  model: z.string(),
  modelSha256: z.string(),
  label: z.string(),
  interventions,
  task: z.string(),
  taskVersion: z.number(),
  dataset: z.string(),
  datasetSha256: z.string(),
  metric: z.string(),
  value: number,
  standardError: nullableNumber,
  items: z.number(),
  skipped: z.number(),
  correct: nullableNumber,
  published: nullableNumber,
  bos: z.string(),
  contextLength: z.number(),
  window: nullableNumber,
  windows: nullableNumber,
  seed: nullableNumber,
  dtype: z.string(),
  execution: z.string(),
  engine: z.string(),
  commit: z.string(),
  tokensAsked: z.number(),
  tokensComputed: z.number(),
  seconds: z.number(),
  device: z.string().exactOptional(),
  threads: z.number().exactOptional(),
  castWeights: z.enum(['once', 'every-batch']).exactOptional(),
  stages: count.exactOptional(),
  head: z.string().exactOptional(),
  datasetRevision: z.string().exactOptional(),
  numFewshot: z.union([count, z.literal('mixed')]).exactOptional(),
  fewshotSampler: z.string().exactOptional(),
  fewshotSeed: z.union([z.number(), z.literal('mixed')]).exactOptional(),
  fewshotSha256: z.string().exactOptional(),
  chatTemplate: z.string().exactOptional(),
  system: z.string().exactOptional(),
  sampleSeed: z.number().exactOptional(),
});

const axis: z.ZodType<FigureAxis> = z.object({
  label: z.string(),
  log: z.boolean().exactOptional(),
  names: z.array(z.string()).exactOptional(),
});

const figure: z.ZodType<FigureData> = z.object({
  number: z.number().exactOptional(),
  title: z.string(),
  panels: z.array(
    z.object({
      title: z.string().exactOptional(),
      x: axis,
      y: axis,
      series: z.array(
        z.object({
          label: z.string(),
          points: z.array(z.object({ x: number, y: number })),
          published: z.boolean().exactOptional(),
        }),
      ),
    }),
  ),
});

const coordinates = { layer: count, expert: count.exactOptional(), row: count, column: count };
const superWeight: z.ZodType<SuperWeight> = z.object(coordinates);
const foundWeight: z.ZodType<FoundWeight> = z.object({
  ...coordinates,
  tensor: z.string(),
  value: number,
  input: number.exactOptional(),
  output: number.exactOptional(),
  effect: number.exactOptional(),
  effectOfOthers: number.exactOptional(),
});
const directoryModel: z.ZodType<DirectoryModel> = z.object({
  model: z.string(),
  modelSha256: z.string(),
  found: z.array(foundWeight),
  published: z.array(superWeight).exactOptional(),
  note: z.string().exactOptional(),
});

const parts = {
  model: z.string(),
  title: z.string(),
  settings: z.record(z.string(), z.json()),
  notes: z.array(z.string()),
  caption: z.string().exactOptional(),
  shows: z.string().exactOptional(),
};

const column = z.object({
  header: z.string(),
  decimals: z.int().min(0).max(20).exactOptional(),
  unit: z.string().exactOptional(),
});

const cell = z.object({
  // A number first: the words of the infinities are numbers here.
  value: z.union([number, z.string(), z.null()]),
  standardError: number.exactOptional(),
  published: number.exactOptional(),
  numbers: z.array(count),
});

export const artifactSchema: z.ZodType<Artifact> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('table'),
    number: z.number().exactOptional(),
    ...parts,
    columns: z.array(column),
    rows: z.array(z.object({ label: z.string(), cells: z.array(cell) })),
    numbers: z.array(resultRow),
  }),
  z.object({ kind: z.literal('figure'), ...parts, figure, numbers: z.array(resultRow) }),
  z.object({
    kind: z.literal('generation'),
    ...parts,
    modelSha256: z.string(),
    prompts: z.array(
      z.object({
        prompt: z.string(),
        continuations: z.array(z.object({ label: z.string(), interventions, text: z.string() })),
      }),
    ),
  }),
  z.object({
    kind: z.literal('directory'),
    number: z.number().exactOptional(),
    ...parts,
    models: z.array(directoryModel),
  }),
]);

/** Result rows in the long form: a line a number, with all that is needed to judge it or to make it again. */
import type { Json, ResultRow } from '@linchpin/plugin-api';
import { toCsv } from './csv.ts';

/** Every field of a row, in the order of the columns: one that is missing here does not compile. */
const order: { readonly [Field in keyof Required<ResultRow>]: true } = {
  model: true,
  label: true,
  task: true,
  metric: true,
  value: true,
  standardError: true,
  published: true,
  correct: true,
  items: true,
  skipped: true,
  interventions: true,
  modelSha256: true,
  taskVersion: true,
  dataset: true,
  datasetSha256: true,
  bos: true,
  contextLength: true,
  window: true,
  windows: true,
  seed: true,
  dtype: true,
  execution: true,
  engine: true,
  commit: true,
  tokensAsked: true,
  tokensComputed: true,
  seconds: true,
  device: true,
  threads: true,
  castWeights: true,
  stages: true,
  head: true,
  datasetRevision: true,
  numFewshot: true,
  fewshotSampler: true,
  fewshotSeed: true,
  fewshotSha256: true,
  chatTemplate: true,
  system: true,
  sampleSeed: true,
};

/** The columns: fields of ResultRow by their own names. */
const resultColumns = Object.keys(order) as (keyof ResultRow)[];

/** Columns that would be empty in most files. */
const seldom: ReadonlySet<keyof ResultRow> = new Set([
  'stages',
  'head',
  'datasetRevision',
  'numFewshot',
  'fewshotSampler',
  'fewshotSeed',
  'fewshotSha256',
  'chatTemplate',
  'system',
  'sampleSeed',
]);

/**
 * Numbers are written so that they read back exactly, null and what is absent as an empty field, interventions as JSON. A row that has no
 * interventions has `[]`. The columns from `stages` on are there where a row has something to say in them.
 */
export function resultRowsToCsv(rows: readonly ResultRow[]): string {
  const isSaid = (field: keyof ResultRow): boolean => rows.some((row) => row[field] !== undefined);
  const columns = resultColumns.filter((field) => !seldom.has(field) || isSaid(field));
  return toCsv([columns, ...rows.map((row) => columns.map((field) => fieldText(row[field])))]);
}

function fieldText(value: Json | ResultRow['interventions'] | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

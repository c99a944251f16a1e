/** A folder of results of every kind, as commands write them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import {
  type Artifact,
  artifactToJson,
  type DirectoryArtifact,
  type FigureArtifact,
  type GenerationArtifact,
  type TableArtifact,
} from '@linchpin/report';

const digest = 'ab'.repeat(32);
const superWeight = { layer: 1, row: 100, column: 300 };
const pruned = [{ name: 'prune-super-weight', version: 1, settings: { weights: [superWeight] } }];
const parts = { model: 'toy', settings: { bos: 'always' }, notes: ['Made by hand.'], caption: 'Model toy.' };

function number(label: string, value: number, metric: string): ResultRow {
  return {
    model: 'toy',
    modelSha256: digest,
    label,
    interventions: label === 'Original' ? [] : pruned,
    task: metric === 'acc' ? 'piqa' : 'c4',
    taskVersion: 1,
    dataset: 'data.jsonl',
    datasetSha256: digest,
    metric,
    value,
    standardError: 0.01,
    items: 200,
    skipped: 0,
    correct: metric === 'acc' ? Math.round(200 * value) : null,
    published: null,
    bos: 'always',
    contextLength: 512,
    window: null,
    windows: null,
    seed: null,
    dtype: 'F16',
    execution: 'float32',
    engine: 'toy 1',
    commit: 'ef',
    tokensAsked: 10,
    tokensComputed: 9,
    seconds: 1,
  };
}

/** Labels with an accuracy and a perplexity, in an order that neither of them has. */
const measured: readonly (readonly [label: string, accuracy: number, perplexity: number])[] = [
  ['Original', 0.9, 1.5],
  ['Prune SW', 0.4, Infinity],
  ['Prune Non-SW', 0.8, 12.25],
];

const table: TableArtifact = {
  ...parts,
  kind: 'table',
  number: 1,
  title: 'Super weight importance',
  columns: [
    { header: 'PIQA', decimals: 2, unit: '%' },
    { header: 'C4', decimals: 2, unit: 'perplexity' },
  ],
  rows: measured.map(([label, accuracy, perplexity], row) => ({
    label,
    cells: [
      { value: 100 * accuracy, standardError: 1, published: 78.67, numbers: [2 * row] },
      { value: perplexity, numbers: [2 * row + 1] },
    ],
  })),
  numbers: measured.flatMap(([label, accuracy, perplexity]) => [
    number(label, accuracy, 'acc'),
    number(label, perplexity, 'perplexity'),
  ]),
  shows: 'One weight matters.',
};

const figure: FigureArtifact = {
  ...parts,
  kind: 'figure',
  title: 'Amplified super weights',
  figure: {
    number: 6,
    title: 'Amplified super weights',
    panels: [
      {
        x: { label: 'Factor' },
        y: { label: 'Perplexity', log: true },
        series: [{ label: 'toy', points: [0, 0.5, 1].map((x) => ({ x, y: 100 - 90 * x })) }],
      },
    ],
  },
  numbers: [],
};

const directory: DirectoryArtifact = {
  ...parts,
  kind: 'directory',
  number: 2,
  title: 'Super weights',
  models: [
    {
      model: 'toy',
      modelSha256: digest,
      found: [{ ...superWeight, tensor: 'model.layers[1].mlp.down_proj.weight', value: -3, effect: 5 }],
      published: [superWeight],
    },
  ],
};

const generation: GenerationArtifact = {
  ...parts,
  kind: 'generation',
  title: 'Text with and without the super weight',
  modelSha256: digest,
  prompts: [
    {
      prompt: 'Summer is hot. Winter is',
      continuations: [
        { label: 'Original', interventions: [], text: ' cold.' },
        { label: 'Prune SW', interventions: pruned, text: ' <script>throw 1</script>' },
      ],
    },
  ],
};

const results: Readonly<Record<string, Artifact>> = {
  'table-1': table,
  'figure-6': figure,
  'table-2': directory,
  'generation-1': generation,
};

/** Writes one file a result. */
export function writeExampleResults(folder: string): void {
  for (const [name, result] of Object.entries(results)) {
    writeFileSync(join(folder, `${name}.json`), artifactToJson(result));
  }
}

import type { DirectoryArtifact, FigureArtifact, GenerationArtifact, TableArtifact } from '../src/artifact.ts';
import { exampleRow } from './example-row.ts';

const parts = { model: 'toy', settings: { bos: 'never' }, notes: ['A note.'] };

/** Text that would be markup if it were not escaped. */
export const hostile = `</script><img src=x onerror="alert(1)">&'`;

export const exampleTable: TableArtifact = {
  ...parts,
  kind: 'table',
  number: 1,
  title: 'Importance',
  columns: [
    { header: 'PIQA', decimals: 2, unit: '%' },
    { header: 'C4', decimals: 2, unit: 'perplexity' },
  ],
  rows: [
    {
      label: 'Original',
      cells: [
        { value: 80.5, standardError: 1.25, published: 78.67, numbers: [0] },
        { value: 7.08, numbers: [1] },
      ],
    },
    {
      label: hostile,
      cells: [
        { value: null, numbers: [] },
        { value: Infinity, numbers: [0, 1] },
      ],
    },
  ],
  numbers: [
    { ...exampleRow, task: 'piqa', metric: 'acc', value: 0.805 },
    { ...exampleRow, dataset: 'c4.jsonl' },
  ],
  caption: 'Made by hand.',
  shows: 'Nothing at all.',
};

export const exampleFigure: FigureArtifact = {
  ...parts,
  kind: 'figure',
  title: 'Sweep',
  figure: {
    number: 6,
    title: 'Sweep',
    panels: [
      {
        title: hostile,
        x: { label: 'Factor' },
        y: { label: 'Perplexity', log: true },
        series: [
          {
            label: 'Ours',
            points: [
              { x: 0, y: 700 },
              { x: 0.5, y: Infinity },
              { x: 1, y: 7 },
            ],
          },
          { label: 'Ours (published)', published: true, points: [{ x: 1, y: 5.67 }] },
        ],
      },
    ],
  },
  numbers: [],
};

export const exampleGeneration: GenerationArtifact = {
  ...parts,
  kind: 'generation',
  title: 'Texts',
  modelSha256: 'ab',
  prompts: [
    {
      prompt: 'Summer is hot. Winter is',
      continuations: [
        { label: 'Original', interventions: [], text: ' cold.' },
        { label: 'Prune SW', interventions: exampleRow.interventions, text: hostile },
      ],
    },
  ],
};

export const exampleDirectory: DirectoryArtifact = {
  ...parts,
  kind: 'directory',
  number: 2,
  title: 'Directory',
  models: [
    {
      model: 'toy',
      modelSha256: 'ab',
      found: [{ layer: 2, row: 3, column: 7, tensor: 'model.layers[2].mlp.down_proj.weight', value: -1.5, effect: 4 }],
      published: [{ layer: 2, row: 3, column: 8 }],
    },
    { model: 'random', modelSha256: 'cd', found: [], note: 'none found' },
  ],
};

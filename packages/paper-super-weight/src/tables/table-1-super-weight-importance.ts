/**
 * Table 1 of "The Super Weight in Large Language Models" (arXiv 2411.07191): what one scalar is worth, beside the largest
 * other weights. The paper prints `acc` of all seven tasks; three of its printed cells are doubtful (ARC-c of the last row
 * fits no count of 1172 items, its HellaSwag and WinoGrande equal the first row's).
 */
import type { OpenedModel } from '@linchpin/harness';
import { original } from '@linchpin/harness';
import { weightInWords } from '@linchpin/models';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { checkSuperWeights, outliersOf, withoutSuperWeights } from '../super-weight-chains.ts';
import { metricsTable } from './metrics-table.ts';
import { cellsOf, type FinishedTable, type MetricsTable } from './paper-table.ts';

export const table1: MetricsTable = metricsTable({
  number: 1,
  title: 'Super weight importance',
  columns: [
    { kind: 'accuracy', header: 'Arc-c', task: 'arc_challenge' },
    { kind: 'accuracy', header: 'Arc-e', task: 'arc_easy' },
    { kind: 'accuracy', header: 'Hella.', task: 'hellaswag' },
    { kind: 'accuracy', header: 'Lamb.', task: 'lambada_openai' },
    { kind: 'accuracy', header: 'PIQA', task: 'piqa' },
    { kind: 'accuracy', header: 'SciQ', task: 'sciq' },
    { kind: 'accuracy', header: 'Wino.', task: 'winogrande' },
    { kind: 'average', header: 'AVG' },
    { kind: 'perplexity', header: 'C4', corpus: 'c4' },
    { kind: 'perplexity', header: 'Wiki-2', corpus: 'wikitext2' },
  ],
  takes: ['bos', 'datasets', 'limit', 'windows', 'windowBos', 'superWeights', 'outlierFraction'],
  rows(opened, { outlierFraction }) {
    const weights = opened.facts.superWeights();
    return [
      original,
      withoutSuperWeights(opened),
      {
        label: 'Prune Non-SW',
        interventions: [pruneOutliers({ ...outliersOf(opened, outlierFraction), keep: weights })],
      },
      { label: 'Prune SW, +SA', interventions: [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })] },
    ];
  },
  check: checkSuperWeights,
  published: {
    'huggyllama/llama-7b': {
      Original: [41.81, 75.29, 56.93, 73.51, 78.67, 94.6, 70.01, 70.11, 7.08, 5.67],
      'Prune SW': [19.8, 39.6, 30.68, 0.52, 59.9, 39.4, 56.12, 35.14, 763.65, 1211.11],
      'Prune Non-SW': [41.47, 74.83, 56.35, 69.88, 78.51, 94.4, 69.14, 69.22, 7.57, 6.08],
      'Prune SW, +SA': [26.6, 54.63, 56.93, 12.79, 67.95, 61.7, 70.01, 50.09, 476.23, 720.57],
    },
  },
  describe: describeTable1,
});

function describeTable1(table: FinishedTable, opened: OpenedModel): string {
  const cell = cellsOf(table1, table);
  const average = (label: string): string => `${cell(label, 'AVG').toFixed(1)} %`;
  const wikitext = (label: string): string => cell(label, 'Wiki-2').toPrecision(3);
  const pruned = table.rows.find(({ label }) => label === 'Prune Non-SW')?.changedWeights;
  const weights = opened.facts.superWeights();
  const planted = opened.card?.built === 'planted' ? ', which was built to show this' : '';
  return [
    `With ${weights.length === 1 ? 'one weight' : `${weights.length} weights`} of ${opened.name} set to zero`,
    ` (${weights.map((weight) => weightInWords(opened, weight)).join(', ')}${planted})`,
    `, the average accuracy goes from ${average('Original')} to ${average('Prune SW')} and the WikiText-2 perplexity`,
    ` from ${wikitext('Original')} to ${wikitext('Prune SW')}; with ${pruned} of the largest other weights set to zero`,
    ` the average is ${average('Prune Non-SW')}, and with the super activation put back at one token it is`,
    ` ${average('Prune SW, +SA')}.`,
  ].join('');
}

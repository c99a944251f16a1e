/**
 * Table 3 of "The Super Weight in Large Language Models" (arXiv 2411.07191): perplexity with weights and activations in 8
 * bits, and how much of what SmoothQuant gains over naive quantization is gained by taking one super activation out of
 * each tensor. The paper gives no code; what it leaves open is decided by the presets of `quantize`, and stands in every
 * line of the long CSV. The share is that of its italics; all six printed ones follow from its perplexities.
 */
import type { Chain, OpenedModel } from '@linchpin/harness';
import { metricsTable } from './metrics-table.ts';
import { cellsOf, type FinishedTable, type MetricsTable } from './paper-table.ts';
import { quantizedRows } from './quantized-rows.ts';
import { heldOutInWords, searchedInWords, w8a8Labels as labels, w8a8Rows } from './w8a8-rows.ts';

/** More than the paper prints: what 8 bits cost a small model is in the third. */
const decimals = 4;

const share = { kind: 'share', nothing: labels.naive, all: labels.smoothed, row: labels.ours } as const;

export const table3: MetricsTable = metricsTable({
  number: 3,
  title: 'Activation quantization',
  columns: [
    { kind: 'perplexity', header: 'Wiki-2', corpus: 'wikitext2', decimals },
    { ...share, header: 'Wiki-2 share', of: 'Wiki-2' },
    { kind: 'perplexity', header: 'C4', corpus: 'c4', decimals },
    { ...share, header: 'C4 share', of: 'C4' },
  ],
  takes: ['datasets', 'limit', 'windows', 'windowBos', 'superWeights', 'quantize', 'calibration'],
  async rows(opened, { quantize, harness }) {
    const quantized = await quantizedRows(w8a8Rows(quantize), quantize, { opened, harness });
    return [{ label: labels.float, interventions: [] }, ...quantized];
  },
  comparesWith: labels.float,
  published: {
    'huggyllama/llama-7b': {
      [labels.float]: [5.68, null, 7.08, null],
      [labels.naive]: [5.83, null, 7.23, null],
      [labels.smoothed]: [5.71, null, 7.12, null],
      [labels.ours]: [5.74, 75, 7.14, 82],
    },
    'huggyllama/llama-13b': {
      [labels.float]: [5.09, null, 6.61, null],
      [labels.naive]: [5.2, null, 6.71, null],
      [labels.smoothed]: [5.13, null, 6.64, null],
      [labels.ours]: [5.15, 71, 6.66, 71],
    },
    'huggyllama/llama-30b': {
      [labels.float]: [4.1, null, 5.98, null],
      [labels.naive]: [4.32, null, 6.14, null],
      [labels.smoothed]: [4.2, null, 6.06, null],
      [labels.ours]: [4.22, 83, 6.08, 75],
    },
  },
  legend:
    "Shares: how much of SmoothQuant's improvement over Naive W8A8 is retained, in %; empty where it improves nothing.",
  describe: describeTable3,
});

function describeTable3(table: FinishedTable, opened: OpenedModel, chains: readonly Chain[]): string {
  const cell = cellsOf(table3, table);
  const wikitext = (label: string): string => cell(label, 'Wiki-2').toPrecision(4);
  const order = table.rows.map(({ label }) => label).toSorted((a, b) => cell(a, 'Wiki-2') - cell(b, 'Wiki-2'));
  return [
    `In 8 bits the WikiText-2 perplexity of ${opened.name} goes from ${wikitext(labels.float)} to`,
    ` ${wikitext(labels.naive)}; to ${wikitext(labels.smoothed)} with SmoothQuant, which needs calibration, and to`,
    ` ${wikitext(labels.ours)} with the super activation held out, which needs none.`,
    ` From the lowest: ${order.join(', ')}.`,
    ...searchedInWords(chains),
    ...heldOutInWords(chains, opened),
  ].join('');
}

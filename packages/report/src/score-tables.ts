/** Scores of tasks and corpora as a reader wants them; everything about each is in `result-rows-to-csv.ts`. */
import type { ResultRow } from '@linchpin/plugin-api';
import type { Table } from './table.ts';

/** The columns of lm-evaluation-harness, with the counts behind the accuracies. */
export function taskTable(rows: readonly ResultRow[]): Table {
  const decimals = 4;
  const value = { header: 'Value', decimals };
  const hasExamples = rows.some((row) => row.numFewshot !== undefined);
  const columns = [
    'Task',
    'Version',
    ...(hasExamples ? ['n-shot'] : []),
    'Metric',
    value,
    '±',
    { header: 'Stderr', decimals },
    'Correct',
    'Items',
    'Skipped',
  ];
  return {
    columns,
    rows: rows.map((row) => [
      row.task,
      row.taskVersion,
      ...(hasExamples ? [row.numFewshot ?? 0] : []),
      row.metric,
      row.value,
      '±',
      row.standardError ?? 'N/A',
      row.correct,
      row.items,
      row.skipped,
    ]),
  };
}

/** Perplexities with their protocols. */
export function corpusTable(rows: readonly ResultRow[]): Table {
  const decimals = 4;
  const value = { header: 'Value', decimals };
  return {
    columns: [
      'Corpus',
      'Version',
      'Metric',
      value,
      '±',
      { header: 'Stderr', decimals },
      'Windows',
      'Window',
      'BOS',
      'Predictions',
    ],
    rows: rows.map((row) => [
      row.task,
      row.taskVersion,
      row.metric,
      row.value,
      '±',
      row.standardError ?? 'N/A',
      row.windows,
      row.window,
      row.bos,
      row.items,
    ]),
  };
}

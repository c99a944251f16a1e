/** What is said of a run that there was nothing to compare with. */
import type { RecordedRun, ResultRow } from '@linchpin/plugin-api';
import { junitXml } from './junit-xml.ts';

/** As many cells a row as there are columns; null is an empty cell. */
export interface NumbersTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** All numbers of a run, a row a metric; values have six significant digits. */
export function numbersOf({ parts }: RecordedRun): NumbersTable {
  return {
    columns: ['Model', 'Interventions', 'Task', 'Metric', 'Value', 'Correct', 'Items'],
    rows: parts.flatMap(({ rows }) => rows.map(cellsOf)),
  };
}

/** `advice` says how the run becomes a baseline. */
export function firstRunMarkdown(run: RecordedRun, advice: string): string {
  const { columns, rows } = numbersOf(run);
  return [
    '## Linchpin: no baseline',
    '',
    advice,
    '',
    lineOf(columns),
    lineOf(columns.map(() => '---')),
    ...rows.map(lineOf),
    '',
  ].join('\n');
}

/** A test a part; all of them pass. */
export function firstRunJunit(run: RecordedRun): string {
  const cases = run.parts.flatMap(({ rows }) =>
    rows.slice(0, 1).map(({ model, label, task }) => ({
      class: `${model} · ${label}`,
      name: task,
      output: rows.map(({ metric, value }) => `${metric}: ${value}`).join('\n'),
    })),
  );
  return junitXml(cases, run.startedAt);
}

function cellsOf({ model, label, task, metric, value, correct, items }: ResultRow): NumbersTable['rows'][number] {
  return [model, label, task, metric, Number(value.toPrecision(6)), correct, items];
}

function lineOf(cells: NumbersTable['rows'][number]): string {
  return `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
}

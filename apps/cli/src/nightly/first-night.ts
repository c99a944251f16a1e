/** What is said of a run that there was nothing to compare with. */
import type { RecordedRun, ResultRow } from '@linchpin/plugin-api';
import { renderTable, type Table } from '@linchpin/report';
import { junitXml } from '../compare/junit-xml.ts';

/** `file` is where the run was written. */
export function firstNightText(run: RecordedRun, file: string): string {
  return `${renderTable(numbersTable(run))}\n\nRun ${run.id}. ${adviceOn(file)}\n`;
}

export function firstNightMarkdown(run: RecordedRun, file: string): string {
  const { columns, rows } = numbersTable(run);
  const headers = columns.map((column) => (typeof column === 'string' ? column : column.header));
  return [
    '## Linchpin: no baseline',
    '',
    adviceOn(file),
    '',
    lineOf(headers),
    lineOf(headers.map(() => '---')),
    ...rows.map(lineOf),
    '',
  ].join('\n');
}

export function firstNightJunit(run: RecordedRun): string {
  const cases = run.parts.flatMap(({ rows }) =>
    rows.slice(0, 1).map(({ model, label, task }) => ({
      class: `${model} · ${label}`,
      name: task,
      output: rows.map(({ metric, value }) => `${metric}: ${value}`).join('\n'),
    })),
  );
  return junitXml(cases, run.startedAt);
}

function numbersTable({ parts }: RecordedRun): Table {
  return {
    columns: ['Model', 'Interventions', 'Task', 'Metric', 'Value', 'Correct', 'Items'],
    rows: parts.flatMap(({ rows }) => rows.map(cellsOf)),
  };
}

function cellsOf({ model, label, task, metric, value, correct, items }: ResultRow): Table['rows'][number] {
  return [model, label, task, metric, Number(value.toPrecision(6)), correct, items];
}

function lineOf(cells: Table['rows'][number]): string {
  return `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
}

function adviceOn(file: string): string {
  return (
    'There was no baseline to compare with. To make this run the baseline, copy ' +
    `${file} to a place where it stays, and name it with --baseline, or as nightly.baseline in linchpin.config.ts.`
  );
}

/** Parts of the sentences that say what a table shows. */
import { internalError } from '@linchpin/errors';
import { mlpOutput } from '@linchpin/models';
import type { SuperWeight } from '@linchpin/plugin-api';
import type { OpenedModel } from '../open-model.ts';
import type { FinishedTable, PaperTable } from './paper-table.ts';

/** `model.layers[1].mlp.down_proj.weight[100, 300]`, as papers write it. */
export function weightInWords(model: Pick<OpenedModel, 'family' | 'config'>, weight: SuperWeight): string {
  const { row, column } = weight;
  return `${mlpOutput(model, weight).replace(/\.(\d+)\./, '[$1].')}[${row}, ${column}]`;
}

/** The value of a row and a column of a finished table, by their names. */
export function cellsOf(
  { columns }: Pick<PaperTable, 'columns'>,
  { rows }: FinishedTable,
): (label: string, header: string) => number {
  return (label, header) => {
    const row = rows.find((candidate) => candidate.label === label);
    const column = columns.findIndex((candidate) => candidate.header === header);
    const value = row?.values[column];
    if (value === undefined || value === null) throw internalError(`the table has no cell "${label}", "${header}"`);
    return value;
  };
}

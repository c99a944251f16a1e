/** The finished table as a file of results, in which every cell knows the numbers that it is made of. */
import type { ResultRow } from '@linchpin/plugin-api';
import type { ArtifactCell, TableArtifact } from '@linchpin/report';
import type { CommonsensePlan, CommonsenseResult, FinishedRow } from './finished.ts';

export function commonsenseArtifact(plan: CommonsensePlan, { rows, numbers, notes }: CommonsenseResult): TableArtifact {
  const { sets, models, settings, caption } = plan;
  const columns = [...sets.map(({ header }) => header), 'AVG'].map((header) => ({ header, decimals: 1, unit: '%' }));
  return {
    kind: 'table',
    title: 'Commonsense reasoning, answers written',
    model: models.map(({ opened }) => opened.name).join(', '),
    settings,
    columns,
    rows: rows.map((row) => ({
      label: models.length === 1 ? row.label : `${row.model}, ${row.label}`,
      cells: row.values.map((_, column) => cellOf(row, column, { sets: plan.sets, numbers })),
    })),
    numbers,
    notes,
    caption,
  };
}

function cellOf(
  { model, label, values, published }: FinishedRow,
  column: number,
  { sets, numbers }: Pick<CommonsensePlan, 'sets'> & { readonly numbers: readonly ResultRow[] },
): ArtifactCell {
  const set = sets[column];
  const source = numbers.flatMap((number, index) => {
    const isRows = number.model === model && number.label === label;
    return isRows && (set === undefined || number.task === `commonsense_${set.name}`) ? [index] : [];
  });
  const error = set === undefined || source.length !== 1 ? null : numbers[source[0]!]!.standardError;
  const printed = published?.[column];
  return {
    value: values[column] ?? null,
    numbers: source,
    ...(error === null ? {} : { standardError: 100 * error }),
    ...(printed === undefined ? {} : { published: printed }),
  };
}

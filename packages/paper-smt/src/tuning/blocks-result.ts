/** Accuracies after trainings of blocks, with the projections that the blocks fell on. */
import type { ExperimentResult } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import { resultInWords, type Table } from '@linchpin/report';
import type { TrainedAccuracies } from './trained-accuracies.ts';
import type { settingsOf } from './tuning-options.ts';

export interface BlocksMade {
  readonly title: string;
  readonly model: string;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly trained: string;
}

export function blocksResult(
  accuracies: TrainedAccuracies,
  { title, model, settings, trained }: BlocksMade,
): ExperimentResult {
  const { rows, numbers, notes, sets, finished } = accuracies;
  const headers = [...sets.map(({ header }) => header), 'AVG'];
  const blocks = rows.map((_, index) => (index === 0 ? '' : projectionsOf(finished[index - 1]!.trained.facts.plan)));
  const table: Table = {
    columns: [
      '',
      { header: 'trained %', decimals: 3 },
      ...headers.map((header) => ({ header, decimals: 1 })),
      'blocks',
    ],
    rows: rows.map(({ label, values }, index) => [
      label,
      index === 0 ? null : 100 * finished[index - 1]!.share,
      ...values,
      blocks[index]!,
    ]),
  };
  const caption = `${accuracies.caption} Trained: ${trained}.`;
  return {
    table,
    numbers,
    artifact: {
      kind: 'table',
      title,
      model,
      settings,
      columns: headers.map((header) => ({ header, decimals: 1, unit: '%' })),
      rows: rows.map(({ label, values }) => ({ label, cells: values.map((value) => ({ value, numbers: [] })) })),
      numbers,
      notes: [...notes, ...rows.flatMap(({ label }, index) => (index === 0 ? [] : [`${label}: ${blocks[index]!}`]))],
      caption,
    },
    json: { rows, numbers },
    inWords: (files) =>
      resultInWords({
        table,
        remarks: [caption, ...notes],
        files: { Table: files.table, 'Numbers with their provenance': files.numbers },
      }),
  };
}

/** `9 v_proj, 3 q_proj` */
function projectionsOf(plan: Json): string {
  const { chosen } = plan as unknown as { readonly chosen: readonly { readonly matrix: string }[] };
  const counts = Map.groupBy(chosen, ({ matrix }) =>
    matrix
      .replace(/\.weight$/, '')
      .split('.')
      .at(-1)!,
  );
  return [...counts]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([projection, those]) => `${those.length} ${projection}`)
    .join(', ');
}

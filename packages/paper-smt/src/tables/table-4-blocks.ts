/**
 * Table 4 of "Sparse Matrix Tuning" (arXiv 2405.15525): which matrices are worth tuning. The same share of the weights is trained in
 * blocks of attention or of the MLP; the paper finds attention far ahead, and within it the values. Which of queries, keys and
 * values the blocks fall on is counted beside it.
 */
import type { ExperimentResult } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import { renderTable, type Table } from '@linchpin/report';
import { requireSets, type TrainedAccuracies, trainedAccuracies } from '../tuning/trained-accuracies.ts';
import { planInWords, settingsOf, tuningOptions, tuningPlan } from '../tuning/tuning-options.ts';
import { runMaker } from '../tuning/tuning-runs.ts';
import type { SmtTable } from './smt-table.ts';

const defaults = { steps: 200, learningRate: 1e-3 };
const defaultShare = 0.0084;

export const blocksTable: SmtTable = {
  name: 'table-smt-4',
  id: '4',
  title: 'Which blocks to tune: attention against MLP',
  columns: [{ header: 'trained %' }, { header: 'AVG' }, { header: 'blocks' }],
  takes: [...tuningOptions, 'datasets', 'limit', 'sets', 'protocol'],
  async plan(harness, { model, ...options }) {
    const [chosen] = [model ?? undefined].flat();
    const opened = typeof chosen === 'object' ? chosen : await harness.open(chosen);
    const plan = tuningPlan(options, defaults, opened);
    const maker = runMaker(opened, options.block);
    const shares = options.shares ?? [defaultShare];
    const runs = shares.flatMap((share) =>
      (['attention', 'mlp', 'mixture'] as const).map((group) => maker.smt(share, group)),
    );
    await requireSets({ harness, opened, options });
    const settings = settingsOf(harness, plan, { block: maker.block, shares: [...shares] });
    return {
      async run(onNumbers) {
        const accuracies = await trainedAccuracies({ harness, opened, options, plan, runs }, onNumbers);
        return resultOf(accuracies, { model: opened.name, settings, trained: planInWords(plan) });
      },
    };
  },
};

interface Made {
  readonly model: string;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly trained: string;
}

function resultOf(accuracies: TrainedAccuracies, { model, settings, trained }: Made): ExperimentResult {
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
      title: blocksTable.title,
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
      [
        renderTable(table),
        caption,
        ...notes,
        '',
        `Table: ${files.table}   Numbers with their provenance: ${files.numbers}`,
        '',
      ].join('\n'),
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

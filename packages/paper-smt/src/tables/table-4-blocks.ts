/**
 * Table 4 of "Sparse Matrix Tuning" (arXiv 2405.15525): which matrices are worth tuning. The same share of the weights is trained in
 * blocks of attention or of the MLP; the paper finds attention far ahead, and within it the values. Which of queries, keys and
 * values the blocks fall on is counted beside it.
 */
import { blocksResult } from '../tuning/blocks-result.ts';
import { requireSets, trainedAccuracies } from '../tuning/trained-accuracies.ts';
import { openOne, planInWords, settingsOf, tuningOptions, tuningPlan } from '../tuning/tuning-options.ts';
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
    const opened = await openOne(harness, model);
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
        const { title } = blocksTable;
        return blocksResult(accuracies, { title, model: opened.name, settings, trained: planInWords(plan) });
      },
    };
  },
};

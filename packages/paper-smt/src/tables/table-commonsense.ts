/**
 * The commonsense table of "Sparse Matrix Tuning" (arXiv 2405.15525): accuracies of eight sets whose answers the model writes,
 * by one of two protocols, and their unweighted average over the sets that are there.
 */
import { commonsenseSets } from '../commonsense/sets.ts';
import { planCommonsense } from '../commonsense/plan.ts';
import type { SmtTable } from './smt-table.ts';

export const commonsenseTable: SmtTable = {
  name: 'table-smt-commonsense',
  id: 'commonsense',
  title: 'Commonsense reasoning, answers written',
  columns: [...commonsenseSets.map(({ header }) => ({ header })), { header: 'AVG' }],
  takes: ['datasets', 'limit', 'sets', 'protocol', 'rows', 'together', 'superWeights', 'calibration'],
  plan: planCommonsense,
};

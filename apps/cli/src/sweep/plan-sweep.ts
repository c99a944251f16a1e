/** Everything that could stop a sweep is asked here, before the first number is computed. */
import { miniFolder } from '@linchpin/datasets';
import type { WindowBos } from '@linchpin/perplexity';
import type { BosRule } from '@linchpin/plugin-api';
import { dataInWords } from '../caption.ts';
import type { ModelFlags } from '../flags.ts';
import type { OpenedModel } from '../open-model.ts';
import { bosInWords, runFacts } from '../run-facts.ts';
import { checkSuperWeights } from '../tables/check-super-weights.ts';
import { openTableData } from '../tables/table-data.ts';
import { paperFactors } from './factors.ts';
import { measured, type SweepPlan } from './run-sweep.ts';

/** What a sweep takes besides the flags of every command that runs a model. */
export interface SweepOptions extends ModelFlags {
  readonly factors?: readonly number[];
  readonly bos?: BosRule;
  readonly windowBos?: WindowBos;
  readonly limit?: number;
}

export async function planSweep(opened: OpenedModel, flags: SweepOptions): Promise<SweepPlan> {
  await checkSuperWeights(opened);
  const folder = flags.datasets ?? miniFolder;
  return {
    opened,
    factors: flags.factors ?? paperFactors,
    data: await openTableData(opened, measured, { folder, limit: flags.limit, bos: flags.windowBos }),
    // As in Table 1: the paper's runs had none.
    bos: flags.bos ?? opened.card?.bos ?? 'never',
    facts: await runFacts(opened),
  };
}

/** How the numbers were made, in sentences. */
export function sweepCaption({ opened, bos }: SweepPlan, flags: SweepOptions): string {
  const first = flags.limit === undefined ? undefined : `${flags.limit} items and windows`;
  const count = opened.facts.superWeights().length;
  return [
    `Model ${opened.name} ${dataInWords(flags, first)}, ${count === 1 ? 'its super weight' : `its ${count} super weights`} times s.`,
    `Accuracies in %, tasks with BOS ${bosInWords(bos, opened)}.`,
  ].join(' ');
}

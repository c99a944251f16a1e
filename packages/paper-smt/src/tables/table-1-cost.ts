/**
 * Table 1 of "Sparse Matrix Tuning" (arXiv 2405.15525): what a step costs, in time and memory, of full training, LoRA, DoRA and SMT.
 * Measured here, on this processor: the paper's 14.6 times over full training compares with a full training that moves its states
 * to and from the processor's memory, which nothing here does; in computation alone about 2 times is the limit.
 */
import { type Cost, costOf, costResult } from '../tuning/step-cost.ts';
import { openOne, planInWords, settingsOf, tuningOptions, tuningPlan } from '../tuning/tuning-options.ts';
import { runMaker, type TuningRun } from '../tuning/tuning-runs.ts';
import type { SmtTable } from './smt-table.ts';

const defaults = { steps: 6, learningRate: 1e-4 };
const defaultShare = 0.0084;

export const costTable: SmtTable = {
  name: 'table-smt-1',
  id: '1',
  title: 'What a step of training costs',
  columns: [{ header: 'trained %' }, { header: 's a step' }, { header: 'speed-up' }, { header: 'peak MiB' }],
  // Nothing is held out: an evaluation is no part of a step.
  takes: tuningOptions.filter((option) => option !== 'heldOut'),
  async plan(harness, { model, ...options }) {
    const opened = await openOne(harness, model);
    const plan = { ...tuningPlan(options, defaults, opened), heldOut: [] };
    const maker = runMaker(opened, options.block);
    const shares = options.shares ?? [defaultShare];
    // Of LoRA and DoRA the ranks of the published rows: their share is what it is.
    const lowRank = (method: 'lora' | 'dora'): TuningRun => ({
      ...maker.lowRank(defaultShare, method),
      label: `${method === 'lora' ? 'LoRA' : 'DoRA'} r 32`,
      method: { name: method, settings: { r: 32 } },
    });
    const runs = [
      maker.full(),
      lowRank('lora'),
      lowRank('dora'),
      ...shares.map((share) => maker.smt(share, 'attention')),
    ];
    return {
      async run() {
        const costs: Cost[] = [];
        for (const run of runs) costs.push(await costOf(run, { harness, opened, plan }));
        const settings = settingsOf(harness, plan, { block: maker.block, shares: [...shares] });
        const { title } = costTable;
        return costResult(costs, { title, model: opened.name, settings, trained: planInWords(plan) });
      },
    };
  },
};

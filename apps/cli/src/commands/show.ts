/** `linchpin show`: what a run asked of the model, and what it answered. */
import type { Command } from 'commander';
import { wholeNumber } from '../flag-values.ts';
import { defaultStore, type OutputFlags, type StoreFlags } from '../flags.ts';

export interface ShowFlags extends Pick<OutputFlags, 'json'>, Pick<StoreFlags, 'store'> {
  readonly task?: string;
  readonly label?: string;
  readonly wrong?: true;
  readonly flipped?: string;
  readonly limit?: number;
  readonly skip: number;
}

const examples = `
A run is its id, a beginning of it that no other run has, \`latest\`, or a file of \`linchpin runs export\`.

Examples:
  linchpin show latest --task piqa --wrong
  linchpin show latest --label 'Prune SW' --task hellaswag --skip 10
  linchpin show latest --flipped 20260101`;

export function addShowCommand(program: Command): void {
  program
    .command('show')
    .argument('<run>', 'the run')
    .description('Page through the questions of a run: log-likelihoods, first tokens, BOS.')
    .addHelpText('after', examples)
    .option('--store <DIR>', 'folder of the store that has the run', defaultStore)
    .option('--task <NAME>', 'only this task or corpus')
    .option('--label <LABEL>', 'only this row of a table')
    .option('--wrong', 'only what was answered wrong')
    .option('--flipped <OTHER>', 'only what is right in one and wrong in the other of this run and another')
    .option('--limit <N>', 'only so many items; 10 when absent, with --json all', wholeNumber(1))
    .option('--skip <N>', 'leave out the first items', wholeNumber(0), 0)
    .option('--json', 'print the items as JSON')
    .action(async (run: string, flags: ShowFlags) => (await import('../actions/show.ts')).showRun(run, flags));
}

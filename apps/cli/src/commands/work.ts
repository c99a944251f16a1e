/** `linchpin work`: one shard of a plan. */
import type { Command } from 'commander';
import type { Invocation } from '../invocation.ts';

export interface WorkFlags {
  readonly plan: string;
  readonly shard?: string;
  readonly out?: string;
  readonly store?: string;
  readonly quiet?: true;
}

const examples = `
Killed and started again, it goes on; the same shard twice is harmless.

Examples:
  linchpin work --plan plan.json --shard 3/8
  linchpin work --plan plan.json                # as a task of a Slurm array, or a pod of an Indexed Job`;

export function addWorkCommand(program: Command, invocation: Invocation): void {
  program
    .command('work')
    .description('Compute one shard of a plan, and hand over what is done.')
    .addHelpText('after', examples)
    .requiredOption('--plan <FILE>', 'what `linchpin plan` has written')
    .option(
      '--shard <I/N>',
      'the I-th of N, from 1; by SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, PBS_ARRAY_INDEX, SGE_TASK_ID or PARALLEL_SEQ, and LINCHPIN_SHARDS or the count of the array, when absent',
    )
    .option('--out <DIR>', 'folder that all workers see, for what is done; PLAN.work beside the plan when absent')
    .option(
      '--store <DIR>',
      "the worker's own store, on a disk of its machine; in the folder of temporary files when absent",
    )
    .option('--quiet', 'no remarks')
    .action(async (flags: WorkFlags) => (await import('../actions/cluster.ts')).runWork(flags, invocation));
}

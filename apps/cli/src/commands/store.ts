/** `linchpin store`: what several machines have remembered. */
import type { Command } from 'commander';
import { positive } from '../flag-values.ts';
import { defaultStore } from '../flags.ts';

export interface MergeFlags {
  readonly store: string;
  readonly plan?: string;
  readonly tolerance?: number;
  readonly json?: true;
}

const examples = `
Examples:
  linchpin store merge --plan plan.json          # everything that the workers of the plan have handed over
  linchpin store merge node-1/.linchpin node-2/.linchpin baseline.run.gz`;

export function addStoreCommand(program: Command): void {
  const store = program.command('store').description('Merge what several machines have remembered.');
  store
    .command('merge')
    .argument('[sources...]', 'stores, folders and files of workers, files of runs; those of the plan when absent')
    .description(
      'Take batches of other stores in; says what is missing and what contradicts itself, and ends with 1 then.',
    )
    .addHelpText('after', examples)
    .option('--store <DIR>', 'folder of the store that all goes into', defaultStore)
    .option('--plan <FILE>', 'what has to be there')
    .option('--tolerance <NATS>', 'by how much two machines may differ for a token; 2e-5 when absent', positive)
    .option('--json', 'print what was found as JSON')
    .action(async (sources: string[], flags: MergeFlags) =>
      (await import('../actions/cluster.ts')).mergeStores(sources, flags),
    );
}

/** `linchpin runs`: what the store has recorded. */
import type { Command } from 'commander';
import { addOutputFlags, defaultStore, type OutputFlags, type StoreFlags } from '../flags.ts';

export type RunsFlags = OutputFlags & Pick<StoreFlags, 'store'>;

export type ExportFlags = RunsFlags & { readonly batches?: boolean };

const examples = `
A run is its id, a beginning of it that no other run has, or \`latest\`.

Examples:
  linchpin runs ls
  linchpin runs export latest baseline.run.gz
  linchpin runs import baseline.run.gz --store ci-store
  linchpin runs rm 20260101`;

export function addRunsCommand(program: Command): void {
  const runs = program
    .command('runs')
    .description('List, remove, export and import recorded runs.')
    .addHelpText('after', examples);
  addOutputFlags(
    withStore(runs, 'ls', 'List the runs, the last one at the end.'),
    'write the list to a CSV file',
  ).action(async (flags: RunsFlags) => (await import('../actions/runs.ts')).listRuns(flags));
  withStore(runs, 'rm', 'Remove runs; what batches have given stays.')
    .argument('<runs...>', 'runs that have ended')
    .action(async (names: string[], flags: RunsFlags) => (await import('../actions/runs.ts')).removeRuns(names, flags));
  withStore(runs, 'export', 'Write a run into one file.')
    .argument('<run>', 'a run that has ended')
    .argument('[file]', 'where it goes; <id>.run.gz in the working folder when absent')
    .option('--no-batches', 'leave out what the batches gave: the store that takes it in would compute them again')
    .action(async (name: string, file: string | undefined, flags: ExportFlags) =>
      (await import('../actions/runs.ts')).exportRun(name, file, flags),
    );
  withStore(runs, 'import', 'Check the files of runs and take the runs in.')
    .argument('<files...>', 'files that `linchpin runs export` has written')
    .action(async (files: string[], flags: RunsFlags) => (await import('../actions/runs.ts')).importRuns(files, flags));
}

function withStore(runs: Command, name: string, description: string): Command {
  return runs
    .command(name)
    .description(description)
    .option('--store <DIR>', 'folder of the store that has the runs', defaultStore);
}

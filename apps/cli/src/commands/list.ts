/** `linchpin ls`: what there is to choose from. */
import { Argument, type Command } from 'commander';
import { addOutputFlags, datasetsOption, type OutputFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface ListFlags extends OutputFlags {
  readonly datasets?: string;
}

/** What can be listed. */
export const listNames = [
  'tasks',
  'models',
  'interventions',
  'methods',
  'tables',
  'figures',
  'datasets',
  'devices',
] as const;

export function addListCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('ls')
    .addArgument(new Argument('<what>', listNames.join(', ')))
    .description('List tasks, models, interventions, methods of training, tables, figures, data sets or devices.')
    .addOption(datasetsOption('those when absent'));
  addOutputFlags(command, 'write the list to a CSV file').action(async (what: string, flags: ListFlags) =>
    (await import('../actions/list.ts')).list(what, flags, invocation),
  );
}

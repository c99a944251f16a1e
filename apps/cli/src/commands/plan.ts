/** `linchpin plan COMMAND…`: the work of a command as cells that several machines share. */
import type { Command } from 'commander';
import { positive } from '../flag-values.ts';
import { defaultStore, type StoreFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface PlanFlags extends Pick<StoreFlags, 'store'> {
  readonly out: string;
  readonly speed?: number;
  readonly json?: true;
}

const examples = `
Examples:
  linchpin plan table 1 --model huggyllama/llama-7b --out plan.json
  linchpin plan sweep --factors 0,0.5,1.5,2 --out plan.json
  linchpin plan evaluate --model mini --tasks piqa,arc_easy --intervention prune-super-weight
  linchpin plan linchpin.config.ts --out night.json`;

export function addPlanCommand(program: Command, invocation: Invocation): void {
  program
    .command('plan')
    .argument(
      '<command...>',
      'a command with its flags: table, sweep, census, figure, evaluate, perplexity or nightly; or a settings file, for nightly',
    )
    .description('List what a command would compute, as cells that several machines can share; nothing is computed.')
    .allowUnknownOption()
    .option('--out <FILE>', 'the plan', 'plan.json')
    .option(
      '--speed <GFLOPS>',
      'what products with weights reach on the machines; measured on this one when absent',
      positive,
    )
    .option('--store <DIR>', 'folder of the store that remembers hashes of files', defaultStore)
    .option('--json', 'print the plan without its cells as JSON')
    .addHelpText('after', examples)
    .action(async (args: string[], flags: PlanFlags, command: Command) =>
      (await import('../actions/cluster.ts')).plan([...args, ...globalArgs(command)], flags, invocation),
    );
}

/** Flags of the whole program belong to the command that is planned. */
function globalArgs(command: Command): string[] {
  const { config, plugin = [] } = command.parent?.opts<{ config?: string; plugin?: string[] }>() ?? {};
  return [...(config === undefined ? [] : ['--config', config]), ...plugin.flatMap((each) => ['--plugin', each])];
}

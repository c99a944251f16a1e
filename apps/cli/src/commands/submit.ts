/** `linchpin submit`: the job files of a plan, and what becomes of them. */
import { type Command, Option } from 'commander';
import { collect, wholeNumber } from '../flag-values.ts';
import { defaultStore } from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface SubmitFlags {
  readonly plan: string;
  readonly engine: 'slurm' | 'kubernetes' | 'ssh';
  readonly shards: number;
  readonly job?: string;
  readonly out?: string;
  readonly template?: string;
  readonly program: string;
  readonly image?: string;
  readonly claim?: string;
  readonly host?: string[];
  readonly perHost?: number;
  readonly remote?: string;
  readonly memory?: number;
  readonly minutes?: number;
  readonly run?: true;
  readonly watch?: true;
  readonly collect?: true;
  readonly retries: number;
  readonly interval: number;
  readonly store: string;
}

const examples = `
Examples:
  linchpin submit --engine slurm --shards 32 --plan plan.json                    # writes plan.slurm.sbatch
  linchpin submit --engine slurm --shards 32 --plan plan.json --run --watch --collect
  linchpin submit --engine kubernetes --shards 32 --plan plan.json --claim shared
  linchpin submit --engine ssh --shards 8 --plan plan.json --host node-1 --host node-2 --run`;

export function addSubmitCommand(program: Command, invocation: Invocation): void {
  program
    .command('submit')
    .description('Write the job files of a plan for Slurm, Kubernetes or ssh; hand them over, watch them, collect.')
    .addHelpText('after', examples)
    .requiredOption('--plan <FILE>', 'what `linchpin plan` has written')
    .addOption(
      new Option('--engine <NAME>', 'what starts the workers')
        .choices(['slurm', 'kubernetes', 'ssh'])
        .makeOptionMandatory(),
    )
    .requiredOption('--shards <N>', 'how many workers share the plan', wholeNumber(1))
    .option('--job <FILE>', 'the job file; beside the plan when absent')
    .option('--out <DIR>', 'folder that all workers see, for what is done; PLAN.work beside the plan when absent')
    .option('--template <FILE>', 'in the place of the template that comes with linchpin')
    .option('--program <COMMAND>', 'how workers call linchpin', 'npx @linchpin/cli')
    .option(
      '--image <NAME>',
      'of kubernetes: the image; linchpin:VERSION when absent, whose Dockerfile is written beside',
    )
    .option('--claim <NAME>', 'of kubernetes: the claim of the shared volume; linchpin when absent')
    .option('--host <NAME>', 'of ssh: a host; may be given several times; localhost when absent', collect)
    .option('--per-host <N>', 'of ssh: workers at a time on each host; 1 when absent', wholeNumber(1))
    .option('--remote <COMMAND>', 'of ssh: what is called with a host and a command; ssh -o BatchMode=yes when absent')
    .option('--memory <MIB>', 'memory of a worker; by the size of the models when absent', wholeNumber(1))
    .option('--minutes <N>', 'time of a worker; by the cost of the largest shard when absent', wholeNumber(1))
    .option('--run', 'hand the job over')
    .option('--watch', 'show how far all shards are, and submit those again that failed')
    .option('--collect', 'merge what is done at the end')
    .option('--retries <N>', 'with --watch: how often a shard is submitted again', wholeNumber(0), 3)
    .option('--interval <SECONDS>', 'with --watch: between two looks', wholeNumber(1), 30)
    .option('--store <DIR>', 'with --collect: folder of the store that all goes into', defaultStore)
    .action(async (flags: SubmitFlags) => (await import('../actions/submit.ts')).submit(flags, invocation));
}

/** `linchpin plan`, `work`, `store merge` and `submit`: one command on many machines. */
import type { SubmitOptions, WorkerPaths } from '@linchpin/cluster';
import { type Command, Option } from 'commander';
import { collect, positive, wholeNumber } from '../flag-values.ts';
import { defaultStore } from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface PlanFlags {
  readonly out: string;
  readonly speed?: number;
  readonly store: string;
  readonly json?: true;
}

export interface MergeFlags {
  readonly store: string;
  readonly plan?: string;
  readonly tolerance?: number;
  readonly json?: true;
}

export type WorkFlags = WorkerPaths & { readonly quiet?: true };
export type SubmitFlags = SubmitOptions & { readonly collect?: true; readonly store?: string };

const planExamples = `
Examples:
  linchpin plan table 1 --model huggyllama/llama-7b --out plan.json
  linchpin plan evaluate --model mini --tasks piqa,arc_easy --intervention prune-super-weight
  linchpin plan linchpin.config.ts --out night.json`;
const workExamples = `
Killed and started again, it goes on; the same shard twice is harmless.

Examples:
  linchpin work --plan plan.json --shard 3/8
  linchpin work --plan plan.json                # as a task of a Slurm array, or a pod of an Indexed Job`;
const mergeExamples = `
Examples:
  linchpin store merge --plan plan.json          # everything that the workers of the plan have handed over
  linchpin store merge node-1/.linchpin node-2/.linchpin baseline.run.gz`;
const submitExamples = `
Examples:
  linchpin submit --engine slurm --shards 32 --plan plan.json --run --watch --collect
  linchpin submit --engine kubernetes --shards 32 --plan plan.json --claim shared
  linchpin submit --engine ssh --shards 8 --plan plan.json --hosts node-1 --hosts node-2 --run`;
const [planFlag, planMeaning] = ['--plan <FILE>', 'what `linchpin plan` has written'];
/** What the cluster's defaults stand in for. */
const submitFlags: readonly (readonly [
  flag: string,
  meaning: string,
  parse?: (text: string, before: never) => unknown,
])[] = [
  ['--job <FILE>', 'the job file; beside the plan when absent'],
  ['--out <DIR>', 'folder that all workers see, for what is done; PLAN.work beside the plan when absent'],
  ['--template <FILE>', 'in the place of the template that comes with linchpin'],
  ['--program <COMMAND>', 'how workers call linchpin; npx @linchpin/cli when absent'],
  ['--image <NAME>', 'of kubernetes: the image; linchpin:VERSION when absent, whose Dockerfile is written beside'],
  ['--claim <NAME>', 'of kubernetes: the claim of the shared volume; linchpin when absent'],
  ['--hosts <NAME>', 'of ssh: a host; may be given several times; localhost when absent', collect],
  ['--per-host <N>', 'of ssh: workers at a time on each host; 1 when absent', wholeNumber(1)],
  ['--remote <COMMAND>', 'of ssh: what is called with a host and a command; ssh -o BatchMode=yes when absent'],
  ['--memory-megabytes <N>', "of slurm and kubernetes: a worker's memory; by the models when absent", wholeNumber(1)],
  [
    '--minutes <N>',
    'of slurm and kubernetes: time of a worker; by the cost of the largest shard when absent',
    wholeNumber(3),
  ],
  ['--run', 'hand the job over'],
  ['--retries <N>', 'with --watch, or of kubernetes: how often a shard starts again; 3 when absent', wholeNumber(0)],
  ['--interval <SECONDS>', 'with --watch: between two looks; 30 when absent', wholeNumber(1)],
  ['--watch', 'show how far all shards are, and submit those again that failed'],
  ['--collect', 'merge what is done at the end'],
  ['--store <DIR>', `with --collect: folder of the store that all goes into; ${defaultStore} when absent`],
];

async function actions(): Promise<typeof import('../actions/cluster.ts')> {
  return await import('../actions/cluster.ts');
}

export function addClusterCommands(program: Command, invocation: Invocation): void {
  program
    .command('plan')
    .argument(
      '<command...>',
      'table, sweep, census, figure, evaluate, perplexity or nightly with flags; a settings file for nightly',
    )
    .description('List what a command would compute, as cells that several machines can share; nothing is computed.')
    .allowUnknownOption()
    .option('--out <FILE>', 'the plan', 'plan.json')
    .option(
      '--speed <GFLOPS>',
      'of products with weights on the workers; measured on this machine when absent',
      positive,
    )
    .option('--store <DIR>', 'folder of the store that remembers hashes of files', defaultStore)
    .option('--json', 'print the plan without its cells as JSON')
    .addHelpText('after', planExamples)
    .action(async (args: string[], flags: PlanFlags) =>
      (await actions()).plan([...args, ...globalArgs(program)], flags, invocation),
    );
  program
    .command('work')
    .description('Compute one shard of a plan, and hand over what is done.')
    .addHelpText('after', workExamples)
    .requiredOption(planFlag, planMeaning)
    .option(
      '--shard <I/N>',
      'the I-th of N, from 1; what the variables of Slurm, Kubernetes, PBS, SGE or parallel say when absent',
    )
    .option('--out <DIR>', 'folder that all workers see, for what is done; PLAN.work beside the plan when absent')
    .option(
      '--store <DIR>',
      "the worker's own store, on a disk of its machine; in the folder of temporary files when absent",
    )
    .option('--quiet', 'no remarks')
    .action(async (flags: WorkFlags) => (await actions()).runWork(flags, invocation));
  program
    .command('store')
    .description('Merge what several machines have remembered.')
    .command('merge')
    .argument('[sources...]', 'stores, folders and files of workers, files of runs; those of the plan when absent')
    .description(
      'Take batches of other stores in; says what is missing and what contradicts itself, and ends with 1 then.',
    )
    .addHelpText('after', mergeExamples)
    .option('--store <DIR>', 'folder of the store that all goes into', defaultStore)
    .option(planFlag, 'what has to be there')
    .option('--tolerance <NATS>', 'by how much two machines may differ for a token; 2e-5 when absent', positive)
    .option('--json', 'print what was found as JSON')
    .action(async (sources: string[], flags: MergeFlags) => (await actions()).mergeStores(sources, flags));
  const submit = program
    .command('submit')
    .description('Write the job files of a plan for Slurm, Kubernetes or ssh; hand them over, watch them, collect.')
    .addHelpText('after', submitExamples)
    .requiredOption(planFlag, planMeaning)
    .addOption(
      new Option('--engine <NAME>', 'what starts the workers')
        .choices(['slurm', 'kubernetes', 'ssh'])
        .makeOptionMandatory(),
    )
    .requiredOption('--shards <N>', 'how many workers share the plan', wholeNumber(1));
  for (const [flag, meaning, parse] of submitFlags) submit.addOption(withParser(new Option(flag, meaning), parse));
  submit.action(async (flags: SubmitFlags) => (await actions()).submitJob(flags, invocation));
}

/** Flags of the whole program belong to the command that is planned. */
function globalArgs(program: Command): string[] {
  const { config, plugin = [] } = program.opts<{ config?: string; plugin?: string[] }>();
  return [...(config === undefined ? [] : ['--config', config]), ...plugin.flatMap((each) => ['--plugin', each])];
}

function withParser(option: Option, parse: (typeof submitFlags)[number][2]): Option {
  return parse === undefined ? option : option.argParser(parse as (text: string, before: unknown) => unknown);
}

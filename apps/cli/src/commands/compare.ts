/** `linchpin compare`: what differs between two runs, and whether it is a regression. */
import { comparisonAlpha, comparisonLeastSpeed, comparisonMostMemory, comparisonTolerance } from '@linchpin/defaults';
import type { CompareOptions, Judge, Resource } from '@linchpin/regression';
import { type Command, Option } from 'commander';
import { collect, nonNegative, share } from '../flag-values.ts';
import { defaultStore } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { given } from '../options.ts';

/** How runs are compared; what is absent is what the settings file or the defaults of regression say. */
export interface ComparisonFlags {
  readonly tolerance?: number;
  readonly alpha?: number;
  readonly judge?: Judge;
  readonly leastSpeed?: number;
  readonly mostMemory?: number;
  readonly failOn?: Resource[];
}

export interface CompareFlags extends ComparisonFlags {
  readonly config?: string;
  readonly store?: string | false;
  readonly json?: true;
  readonly markdown?: string;
  readonly junit?: string;
  readonly quiet?: true;
}

const examples = `
A run is an id of the store (its beginning is enough), \`latest\`, or a file of \`linchpin runs export\`.

Examples:
  linchpin compare 20260101 latest
  linchpin compare baseline.run latest --tolerance 1e-4 --junit comparison.xml`;

export function addCompareCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('compare')
    .argument('<baseline>', 'the run that is compared with')
    .argument('<run>', 'the run that is judged')
    .description('Compare two runs: counts, log-likelihoods, paired tests, speed and memory.')
    .addHelpText('after', examples)
    .option('--store <DIR>', 'folder of the store that has the runs', defaultStore);
  addComparisonFlags(command)
    .option('--markdown <FILE>', 'write the comparison as Markdown')
    .option('--junit <FILE>', 'write the comparison as JUnit XML')
    .option('--json', 'print the comparison as JSON')
    .option('--quiet', 'no warnings, no remarks')
    .action(async (baseline: string, run: string, _: CompareFlags, self: Command) =>
      (await import('../actions/compare.ts')).compare(
        [baseline, run],
        self.optsWithGlobals<CompareFlags>(),
        invocation,
      ),
    );
}

/** Adds the flags of ComparisonFlags. */
export function addComparisonFlags(command: Command): Command {
  return command
    .option(
      '--tolerance <R>',
      `largest relative difference of a log-likelihood that is none; ${comparisonTolerance.toExponential()} when absent`,
      nonNegative,
    )
    .option(
      '--alpha <P>',
      `chance of even one false finding of the paired tests; ${comparisonAlpha} when absent`,
      share,
    )
    .addOption(
      new Option(
        '--judge <HOW>',
        'numbers: on the same items every number must be what it was; tests: only what a paired test finds worse counts; numbers when absent',
      ).choices(['numbers', 'tests']),
    )
    .option(
      '--least-speed <RATIO>',
      `least speed in terms of the baseline's; ${comparisonLeastSpeed} when absent`,
      nonNegative,
    )
    .option(
      '--most-memory <RATIO>',
      `most memory in terms of the baseline's; ${comparisonMostMemory} when absent`,
      nonNegative,
    )
    .addOption(
      new Option('--fail-on <RESOURCE>', 'speed or memory: its bound decides, too; may be given several times')
        .choices(['speed', 'memory'])
        .argParser(collect),
    );
}

/** How runs are compared, as far as flags say it. */
export function comparisonOptions(flags: ComparisonFlags): Partial<CompareOptions> {
  const { tolerance, alpha, judge, leastSpeed, mostMemory, failOn } = flags;
  return given({ tolerance, alpha, judge, leastSpeed, mostMemory, failOn });
}

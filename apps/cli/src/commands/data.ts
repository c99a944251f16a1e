/** `linchpin data`: the data sets of the Hub in its cache. */
import type { Command } from 'commander';
import { addOutputFlags, type OutputFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';

const examples = `
Commands that need data fetch them by themselves; \`fetch\` brings them beforehand, for a machine that is offline later
(HF_HUB_OFFLINE=1), and \`verify\` tells whether they are what the Hub has and what was published.

Examples:
  linchpin data ls
  linchpin data fetch piqa wikitext2
  linchpin data fetch 'mmlu_*'
  linchpin data verify`;

export function addDataCommand(program: Command, invocation: Invocation): void {
  const data = program
    .command('data')
    .description('Fetch, list and verify data sets of the Hugging Face Hub.')
    .addHelpText('after', examples);
  addOutputFlags(
    data
      .command('fetch')
      .description('Download data sets that the cache does not have, and check every row.')
      .argument(
        '[names...]',
        'data sets or patterns, as `linchpin data ls` names them; all but those of few-shot examples when absent',
      ),
    'write the list to a CSV file',
  ).action(async (names: string[], flags: OutputFlags) =>
    (await import('../actions/data.ts')).fetchData(names, flags, invocation),
  );
  addOutputFlags(
    data.command('ls').description('List the data sets, and which of them the cache has. Nothing is asked of the Hub.'),
    'write the list to a CSV file',
  ).action(async (flags: OutputFlags) => (await import('../actions/data.ts')).listData(flags));
  addOutputFlags(
    data
      .command('verify')
      .description('Hash the files that the cache has, read every row, and compare both with what is known.')
      .argument('[names...]', 'data sets or patterns; those that the cache has when absent'),
    'write the list to a CSV file',
  ).action(async (names: string[], flags: OutputFlags) =>
    (await import('../actions/data.ts')).verifyData(names, flags),
  );
}

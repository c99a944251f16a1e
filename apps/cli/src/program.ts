/** The whole command line. What a command does is imported when it runs: help must not wait for onnxruntime. */
import { Command } from 'commander';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addListCommand } from './commands/list.ts';
import { addPerplexityCommand } from './commands/perplexity.ts';
import { addTableCommand } from './commands/table.ts';
import { exitCodes } from './exit-codes.ts';
import { version } from './version.ts';

const { success, failure, badInput, interrupted } = exitCodes;

export function createProgram(): Command {
  const program = new Command('linchpin')
    .description('What a single weight does to a language model: zero-shot tasks and perplexity under interventions.')
    .version(version)
    // Before the commands are added: they inherit it.
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText(
      'afterAll',
      `\nExit codes: ${success} done, ${failure} a bug of linchpin, ${badInput} wrong flags or data, ${interrupted} interrupted.`,
    );
  addTableCommand(program);
  addEvaluateCommand(program);
  addPerplexityCommand(program);
  addListCommand(program);
  return program;
}

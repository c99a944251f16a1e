/** The whole command line. What a command does is imported when it runs: help must not wait for onnxruntime. */
import { Command } from 'commander';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addFigureCommand } from './commands/figure.ts';
import { addFindCommand } from './commands/find.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addListCommand } from './commands/list.ts';
import { addPerplexityCommand } from './commands/perplexity.ts';
import { addReproduceCommand } from './commands/reproduce.ts';
import { addReportCommand } from './commands/report.ts';
import { addSweepCommand } from './commands/sweep.ts';
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
  addFigureCommand(program);
  addSweepCommand(program);
  addEvaluateCommand(program);
  addPerplexityCommand(program);
  addFindCommand(program);
  addReportCommand(program);
  addReproduceCommand(program);
  addGenerateCommand(program);
  addListCommand(program);
  return program;
}

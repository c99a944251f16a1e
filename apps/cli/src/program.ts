/** The whole command line. What a command does is imported when it runs: help must not wait for onnxruntime. */
import { Command } from 'commander';
import { addCompareCommand } from './commands/compare.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addFigureCommand } from './commands/figure.ts';
import { addFindCommand } from './commands/find.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addListCommand } from './commands/list.ts';
import { addNightlyCommand } from './commands/nightly.ts';
import { addPerplexityCommand } from './commands/perplexity.ts';
import { addReproduceCommand } from './commands/reproduce.ts';
import { addRunsCommand } from './commands/runs.ts';
import { addShowCommand } from './commands/show.ts';
import { addReportCommand } from './commands/report.ts';
import { addSweepCommand } from './commands/sweep.ts';
import { addTableCommand } from './commands/table.ts';
import { applyConfig } from './config/apply-config.ts';
import { addConfigFlags } from './config/config-flags.ts';
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
      `\nExit codes: ${success} done, ${failure} a check that failed, or a bug of linchpin, ${badInput} wrong flags or data, ${interrupted} interrupted.`,
    );
  addConfigFlags(program).hook('preAction', async (_, command) => applyConfig(command));
  addTableCommand(program);
  addFigureCommand(program);
  addSweepCommand(program);
  addEvaluateCommand(program);
  addPerplexityCommand(program);
  addFindCommand(program);
  addReportCommand(program);
  addReproduceCommand(program);
  addGenerateCommand(program);
  addNightlyCommand(program);
  addCompareCommand(program);
  addShowCommand(program);
  addRunsCommand(program);
  addDoctorCommand(program);
  addListCommand(program);
  return program;
}

/** The whole command line. What a command does is imported when it runs: help must not wait for onnxruntime. */
import { Command } from 'commander';
import { addCensusCommand } from './commands/census.ts';
import { addClusterCommands } from './commands/cluster.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addDataCommand } from './commands/data.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addExportCommand } from './commands/export.ts';
import { addFigureCommand } from './commands/figure.ts';
import { addFindCommand } from './commands/find.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addListCommand } from './commands/list.ts';
import { addMergeCommand } from './commands/merge.ts';
import { addNightlyCommand } from './commands/nightly.ts';
import { addPerplexityCommand } from './commands/perplexity.ts';
import { addPlaygroundCommand } from './commands/playground.ts';
import { addReportCommand } from './commands/report.ts';
import { addReproduceCommand } from './commands/reproduce.ts';
import { addRunsCommand } from './commands/runs.ts';
import { addSelectCommand } from './commands/select.ts';
import { addShowCommand } from './commands/show.ts';
import { addSweepCommand } from './commands/sweep.ts';
import { addTableCommand } from './commands/table.ts';
import { addTrainCommand } from './commands/train.ts';
import { addConfigFlags, applyConfig } from './apply-config.ts';
import { codeOfSignal, exitCodes } from './exit-codes.ts';
import { createInvocation, type Invocation } from './invocation.ts';
import { version } from './version.ts';

const { success, failure, badInput } = exitCodes;

/** Without an invocation it is there to be looked at: no signal ends what it runs. */
export function createProgram(invocation: Invocation = createInvocation([])): Command {
  const program = new Command('linchpin')
    .description('What a single weight does to a language model: zero-shot tasks and perplexity under interventions.')
    .version(version)
    // Before the commands are added: they inherit it.
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText(
      'afterAll',
      `\nExit codes: ${success} done, ${failure} a check that failed, or a bug of linchpin, ${badInput} wrong flags or data, ` +
        `${codeOfSignal('SIGINT')} interrupted, ${codeOfSignal('SIGTERM')} ended by SIGTERM, ${codeOfSignal('SIGHUP')} by SIGHUP.`,
    );
  addConfigFlags(program).hook('preAction', async (_, command) => applyConfig(command, invocation));
  addTableCommand(program, invocation);
  addFigureCommand(program, invocation);
  addSweepCommand(program, invocation);
  addEvaluateCommand(program, invocation);
  addPerplexityCommand(program, invocation);
  addFindCommand(program, invocation);
  addCensusCommand(program, invocation);
  addSelectCommand(program, invocation);
  addReportCommand(program);
  addReproduceCommand(program, invocation);
  addGenerateCommand(program, invocation);
  addPlaygroundCommand(program, invocation);
  addTrainCommand(program, invocation);
  addMergeCommand(program, invocation);
  addExportCommand(program, invocation);
  addNightlyCommand(program, invocation);
  addCompareCommand(program, invocation);
  addShowCommand(program);
  addRunsCommand(program);
  addClusterCommands(program, invocation);
  addDataCommand(program, invocation);
  addDoctorCommand(program);
  addListCommand(program, invocation);
  return program;
}

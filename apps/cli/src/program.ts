import { Command } from 'commander';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addListCommand } from './commands/list.ts';
import { addPerplexityCommand } from './commands/perplexity.ts';
import { addTableCommand } from './commands/table.ts';
import { version } from './provenance.ts';

/** The whole command line. */
export function createProgram(): Command {
  const program = new Command('linchpin')
    .description('What a single weight does to a language model: zero-shot tasks and perplexity under interventions.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText('after', '\nExit codes: 0 done, 1 a bug of linchpin, 2 wrong flags or data, 130 interrupted.');
  addTableCommand(program);
  addEvaluateCommand(program);
  addPerplexityCommand(program);
  addListCommand(program);
  return program;
}

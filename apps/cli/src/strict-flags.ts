/** Rules for all flags that commander does not have: no value is empty, and a misspelled flag is named before a missing one. */
import { type Command, InvalidArgumentError, type Option } from 'commander';

/** Flags of which an empty value says something: no text in front of what is written, no table, no figure, no title. */
const mayBeEmpty: ReadonlySet<string> = new Set(['prompt', 'tables', 'figures', 'title']);

/** Changes a program that is about to be parsed, with all of its commands. */
export function makeStrict(program: Command): Command {
  const required = new Map<Command, readonly Option[]>();
  for (const command of commandsOf(program)) {
    for (const option of command.options) refuseEmpty(option);
    const mandatory = command.options.filter((option) => option.mandatory);
    for (const option of mandatory) option.mandatory = false;
    required.set(command, mandatory);
  }
  // Runs once the flags were read: what is missing may be what was misspelled.
  return program.hook('preAction', (_, command) => {
    const missing = required.get(command)?.find((each) => command.getOptionValue(each.attributeName()) === undefined);
    if (missing === undefined) return;
    command.error(`error: required option '${missing.flags}' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    });
  });
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

function refuseEmpty(option: Option): void {
  if (!option.required || mayBeEmpty.has(option.attributeName())) return;
  const { parseArg } = option;
  option.argParser((value: string, before: unknown) => {
    if (value.trim() === '')
      throw new InvalidArgumentError('It is empty. Is it a variable of the shell that is not set?');
    return parseArg === undefined ? value : parseArg(value, before);
  });
}

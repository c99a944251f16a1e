/** Pages of the commands, written from what the program itself says of its arguments, flags and defaults. */
import type { Argument, Command, Option } from 'commander';

/** The text of every page, by its path from the root. */
export function commandPages(program: Command): ReadonlyMap<string, string> {
  const commands = program.commands.filter((command) => command.name() !== 'help');
  return new Map([
    ['docs/commands/index.md', overview(program, commands)],
    ...commands.map(
      (command) => [`docs/commands/${command.name()}.md`, `${pageOf(command, program).join('\n')}\n`] as const,
    ),
  ]);
}

function overview(program: Command, commands: readonly Command[]): string {
  return `${[
    '# Commands',
    '',
    `${program.description()} Written from the program's own help by \`npm run docs:commands\`. Do not edit.`,
    '',
    '`linchpin` stands for the way in which you call it:',
    '',
    '| where | call |',
    '|---|---|',
    '| inside the repository | `npm run -s linchpin -- table 1` |',
    '| anywhere else | `npx @linchpin/cli table 1` |',
    '| in the scripts of a `package.json` that depends on `@linchpin/cli` | `linchpin table 1` |',
    '',
    'Results go to stdout, progress, remarks and errors to stderr. With `-s` npm prints no lines of its own, so that',
    '`npm run -s linchpin -- find --json | jq` gets JSON and nothing else.',
    '',
    '| command | what it does |',
    '|---|---|',
    ...commands.map((command) => `| [${command.name()}](${command.name()}.md) | ${cell(command.description())} |`),
    '',
    '## Flags of every command',
    '',
    ...optionTable(program),
    '',
    ...epilogue(program),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

/** A command, and below it those that it consists of. */
function pageOf(command: Command, program: Command, level = 1): string[] {
  const path = pathOf(command);
  const examples = textBehindHelp(command).replace(textBehindHelp(program), '').trim();
  return [
    `${'#'.repeat(level)} ${path}`,
    '',
    ...(level === 1 ? ["Written from the command's own help. Do not edit.", ''] : []),
    command.description(),
    '',
    '```text',
    `${path} ${command.usage()}`,
    '```',
    ...argumentTable(command.registeredArguments),
    ...(command.options.length === 0 ? [] : ['', ...optionTable(command)]),
    ...readExamples(examples),
    ...command.commands
      .filter((part) => part.name() !== 'help')
      .flatMap((part) => ['', ...pageOf(part, program, level + 1)]),
  ];
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function argumentTable(given: readonly Argument[]): string[] {
  if (given.length === 0) return [];
  const rows = given.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return `| \`${name}\` | ${cell(argument.description)}${argument.required ? '' : '; may be left out'} |`;
  });
  return ['', '| argument | meaning |', '|---|---|', ...rows];
}

function optionTable(command: Command): string[] {
  const options = command.options.filter(({ hidden }) => !hidden);
  const rows = options.map((option) => `| \`${option.flags.replaceAll('|', '\\|')}\` | ${cell(meaningOf(option))} |`);
  return ['| flag | meaning |', '|---|---|', ...rows];
}

function meaningOf({ description, argChoices, defaultValue, mandatory, negate }: Option): string {
  const choices = argChoices === undefined ? [] : [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`];
  const hasDefault = defaultValue !== undefined && !negate;
  return [
    description,
    ...choices,
    ...(mandatory ? ['required'] : []),
    ...(hasDefault ? [`default \`${defaultText(defaultValue)}\``] : []),
  ].join('; ');
}

function defaultText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** What a command has behind its flags: remarks as they are, lines of examples as code. */
function readExamples(text: string): string[] {
  const [remarks = '', examples = ''] = text.split(/^Examples:$/m).map((part) => part.trim());
  const lines = examples.split('\n').map((line) => line.trim());
  return [...(remarks === '' ? [] : ['', remarks]), ...(examples === '' ? [] : ['', '```sh', ...lines, '```'])];
}

function epilogue(program: Command): string[] {
  const text = textBehindHelp(program).trim();
  return text === '' ? [] : [text, ''];
}

/** What is printed behind the generated part of the help: `addHelpText` has no other way to be read. */
function textBehindHelp(command: Command): string {
  let printed = '';
  const before = command.configureOutput();
  command.configureOutput({ ...before, writeOut: (text) => (printed += text) });
  command.outputHelp();
  command.configureOutput(before);
  return printed.slice(command.helpInformation().length);
}

/** Text of a cell: a bar does not end it, and a name between angle brackets is no tag. */
function cell(text: string): string {
  const parts = text.replaceAll('|', '\\|').split(/(`[^`]*`)/);
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '\\<') : part)).join('');
}

/** The calls of `linchpin` that a document shows, in code blocks for a shell and in the text, and what is wrong with them. */
import { type Command, CommanderError } from 'commander';

export interface ShownCommand {
  /** Line of the document, from 1. */
  readonly line: number;
  /** What stands behind the name of the program. */
  readonly words: readonly string[];
  /** Whether it can be copied as it is: a mention in the text may leave out what is required. */
  readonly isWhole: boolean;
}

/** The ways of calling the program that documents teach. */
const call = /(?:^|\s|&&\s)(?:npm run -s linchpin --|npx @linchpin\/cli|linchpin)(?=\s|$)/;

/** Calls in `sh` blocks and between backticks in the text. A line that ends in a backslash goes on in the next one. */
export function readCommands(markdown: string): ShownCommand[] {
  const blocks = [...markdown.matchAll(/^```(?:sh|crontab)\n([\s\S]*?)^```$/gm)].flatMap((block) => {
    const [, code = ''] = block;
    let line = lineOf(markdown, block.index) + 1;
    return code.split(/(?<!\\)\n/).map((text) => {
      const shown = { line, text: text.replaceAll('\\\n', ' '), isWhole: true };
      line += text.split('\n').length;
      return shown;
    });
  });
  const spans = [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, keepLines).matchAll(/`(linchpin [^`]+)`/g)].map(
    (span) => ({
      line: lineOf(markdown, span.index),
      text: span[1] ?? '',
      isWhole: false,
    }),
  );
  return [...blocks, ...spans].flatMap(({ line, text, isWhole }) => {
    const found = call.exec(text);
    return found === null ? [] : [{ line, words: splitWords(text.slice(found.index + found[0].length)), isWhole }];
  });
}

function lineOf(markdown: string, index: number): number {
  return markdown.slice(0, index).split('\n').length;
}

function keepLines(text: string): string {
  return text.replaceAll(/[^\n]/g, '');
}

/** Words as a shell takes them, up to a pipe, a redirection, a comment, or the next command. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    const [word] = match;
    if (/^(?:[|&;#]|\d?>|<(?![A-Z]))/.test(word)) break;
    words.push(
      word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
    );
  }
  return words;
}

/** What the program would refuse of a call, without doing anything; undefined where it would not. */
export function refusal(shown: ShownCommand, program: Command): string | undefined {
  const { words, isWhole } = shown;
  let command = program;
  let rest = [...words];
  for (let part = find(command, rest[0]); part !== undefined; part = find(command, rest[0])) {
    command = part;
    rest = rest.slice(1);
  }
  if (command === program) return /^[^-…]/.test(rest[0] ?? '') ? `no command ${rest[0]}` : undefined;
  command.configureOutput({ writeErr: () => {} });
  try {
    const own = command.parseOptions(rest);
    // What is planned is a command with its flags, or a settings file.
    const planned = [...own.operands, ...own.unknown];
    if (command.name() === 'plan')
      return find(program, planned[0]) === undefined ? undefined : refusal({ ...shown, words: planned }, program);
    const { operands, unknown } = program.parseOptions(own.unknown);
    const flag = unknown.find((word) => word.startsWith('-') && word !== '--help');
    if (flag !== undefined) return `${command.name()} has no flag ${flag}`;
    const given = own.operands.length + operands.length;
    return tooMany(command, given) ?? (isWhole ? missing(command, given) : undefined);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

function tooMany(command: Command, given: number): string | undefined {
  const { registeredArguments } = command;
  const most = registeredArguments.some(({ variadic }) => variadic) ? Infinity : registeredArguments.length;
  return given > most ? `${command.name()} takes ${most} arguments, not ${given}` : undefined;
}

function missing(command: Command, given: number): string | undefined {
  const argument = command.registeredArguments.slice(given).find(({ required }) => required);
  if (argument !== undefined) return `${command.name()} lacks the argument ${argument.name()}`;
  const option = command.options.find(
    (each) => each.mandatory && command.getOptionValue(each.attributeName()) === undefined,
  );
  return option === undefined ? undefined : `${command.name()} lacks the flag ${option.long}`;
}

function find(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((part) => part.name() === name);
}

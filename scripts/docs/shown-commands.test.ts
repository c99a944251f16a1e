import { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { readCommands, refusal, splitWords } from './shown-commands.ts';

function program(): Command {
  const linchpin = new Command('linchpin').exitOverride().option('--config <FILE>');
  linchpin
    .command('table')
    .argument('<numbers...>')
    .option('--limit <N>', '', Number)
    .addOption(new Option('--bos <RULE>').choices(['never', 'always']));
  linchpin.command('evaluate').requiredOption('--tasks <NAMES>');
  linchpin.command('runs').command('export').argument('<run>').argument('[file]');
  return linchpin;
}

it('reads commands of shell blocks and of the text', () => {
  const markdown = [
    'Say `linchpin table 1`, or `linchpin` alone.',
    '```sh',
    'npm run -s linchpin -- table 1 \\',
    "  --config 'a b' | jq",
    'cd x && npx @linchpin/cli table 2 > file',
    'npm run vitest',
    '```',
    '```text',
    'linchpin table 3',
    '```',
  ].join('\n');
  expect(readCommands(markdown)).toEqual([
    { line: 3, words: ['table', '1', '--config', 'a b'], isWhole: true },
    { line: 5, words: ['table', '2'], isWhole: true },
    { line: 1, words: ['table', '1'], isWhole: false },
  ]);
});

it('splits words as a shell does', () => {
  expect(splitWords(`a 'b c' --d="e f" --set 'x:{"y": 1}' # comment`)).toEqual([
    'a',
    'b c',
    '--d=e f',
    '--set',
    'x:{"y": 1}',
  ]);
});

it.each([
  ['table 1 2 --limit 5 --config c.ts', undefined],
  ['runs export latest', undefined],
  ['evaluate --tasks …', undefined],
  ['--version', undefined],
  ['tabel 1', 'no command tabel'],
  ['table 1 --limits 5', 'table has no flag --limits'],
  ['table 1 --bos sometimes', 'Allowed choices are never, always'],
  ['table', 'table lacks the argument numbers'],
  ['evaluate', 'evaluate lacks the flag --tasks'],
  ['runs export a b c', 'export takes 2 arguments, not 3'],
])('%s: %s', (text, expected) => {
  const found = refusal({ line: 1, words: splitWords(text), isWhole: true }, program());
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(expected);
});

it('lets a mention in the text leave out what is required', () => {
  expect(refusal({ line: 1, words: ['evaluate'], isWhole: false }, program())).toBeUndefined();
});

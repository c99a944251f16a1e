import { scoringBatchTokens } from '@linchpin/defaults';
import { paperFraction } from '@linchpin/plugin-prune-outliers';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { collect, share, wholeNumber } from '../src/flag-values.ts';
import { addModelFlags, interventionOption } from '../src/flags.ts';
import { createProgram } from '../src/program.ts';

describe('wholeNumber', () => {
  it.each([
    ['1', 1],
    ['007', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('reads %s', (text, value) => {
    expect(wholeNumber(1)(text)).toBe(value);
  });

  it.each(['', ' ', '0', '-1', '1.5', '1e3', '0x10', '5 ', 'ten', '9007199254740992', 'Infinity'])(
    'refuses %j',
    (text) => {
      expect(() => wholeNumber(1)(text)).toThrow('Expected a whole number of at least 1.');
    },
  );
});

describe('share', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['1e-6', 1e-6],
    ['.5', 0.5],
  ])('reads %s', (text, value) => {
    expect(share(text)).toBe(value);
  });

  it.each(['', '-0.1', '1.01', 'half', 'NaN'])('refuses %j', (text) => {
    expect(() => share(text)).toThrow('Expected a number from 0 to 1.');
  });
});

describe('flags that may be given several times', () => {
  it('are collected in order', () => {
    expect(collect('b', collect('a', undefined))).toEqual(['a', 'b']);
  });

  it('take one value each, so that what follows is an argument again', () => {
    const command = addModelFlags(new Command().argument('<number>').exitOverride()).addOption(interventionOption());
    command.parse(
      [
        '--super-weight',
        '1:2:3',
        '--super-weight',
        '4:5:6',
        '--intervention',
        'x:{"a": 1}',
        '--intervention',
        'y',
        '7',
      ],
      {
        from: 'user',
      },
    );
    expect(command.opts()).toEqual({
      superWeight: ['1:2:3', '4:5:6'],
      intervention: [{ name: 'x', settings: { a: 1 } }, 'y'],
    });
    expect(command.args).toEqual(['7']);
  });
});

describe('defaults that help tells', () => {
  const helpOf = (name: string): string => {
    const command = createProgram().commands.find((each) => each.name() === name)!;
    // One line an option, however wide the terminal is.
    return command.configureHelp({ helpWidth: 1000 }).helpInformation();
  };

  it('are those that hold', () => {
    expect(helpOf('evaluate')).toContain(`bounds memory; ${scoringBatchTokens} when absent`);
    expect(Number(/the paper's (\d\S*), when absent/.exec(helpOf('table'))![1])).toBe(paperFraction);
  });
});

import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type FindFlags, findOptions } from '../src/commands/find.ts';

function parsed(...args: string[]): FindFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of findOptions()) command.addOption(option);
  return command.parse(args, { from: 'user' }).opts();
}

describe('flags that decide about candidates', () => {
  it('are the prompt of the reference and the relative rule where none is given', () => {
    expect(parsed()).toEqual({ prompt: 'Apple Inc. is a worldwide tech company.', rule: 'relative' });
  });

  it('give the rule and its thresholds', () => {
    expect(parsed('--output-above', '2', '--explained', '0.3,1')).toMatchObject({
      rule: 'relative',
      outputAbove: 2,
      explained: [0.3, 1],
    });
    expect(parsed('--rule', 'absolute', '--input-above', '0')).toMatchObject({ rule: 'absolute', inputAbove: 0 });
  });

  it.each(['1', '1,0', 'a,b', '0,1,2', ''])('refuse the range "%s"', (text) => {
    expect(() => parsed('--explained', text)).toThrow(/two numbers/);
  });
});

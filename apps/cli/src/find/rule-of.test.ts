import { absoluteRule, relativeRule } from '@linchpin/detection';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type FindFlags, findOptions } from './find-flags.ts';
import { ruleOf } from './rule-of.ts';

function parsed(...args: string[]): FindFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of findOptions()) command.addOption(option);
  return command.parse(args, { from: 'user' }).opts();
}

describe('ruleOf', () => {
  it('is one of the rules as it is, where no flag says more', () => {
    expect(ruleOf(parsed())).toEqual(relativeRule);
    expect(ruleOf(parsed('--rule', 'absolute'))).toEqual(absoluteRule);
  });

  it('replaces what flags give', () => {
    expect(ruleOf(parsed('--output-above', '2', '--explained', '0.3,1'))).toEqual({
      ...relativeRule,
      output: { above: 2 },
      explained: [0.3, 1],
    });
    expect(ruleOf(parsed('--rule', 'absolute', '--input-above', '0'))).toEqual({
      ...absoluteRule,
      input: { above: 0 },
    });
  });

  it.each(['1', '1,0', 'a,b', '0,1,2', ''])('refuses the range "%s"', (text) => {
    expect(() => parsed('--explained', text)).toThrow(/two numbers/);
  });
});

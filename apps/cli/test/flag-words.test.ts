import { LinchpinError } from '@linchpin/errors';
import { expect, it } from 'vitest';
import { inWordsOfFlags } from '../src/flag-words.ts';

const about = (subject: string): LinchpinError =>
  new LinchpinError({
    code: 'a/b',
    subject,
    found: '`inputAbove` 2',
    expected: 'none of `limit`',
    action: 'Run `linchpin find` or `x y`.',
  });

it('names flags in the place of options', () => {
  expect(inWordsOfFlags(about('allAbove'), { allAbove: 3 })).toMatchObject({
    code: 'a/b',
    problem: {
      subject: '--all-above',
      found: '--input-above 2',
      expected: 'none of --limit',
      action: 'Run `linchpin find` or `x y`.',
    },
  });
});

it('leaves alone what is about something else, or no error for users', () => {
  const [other, bug] = [about('some file'), new Error('bug')];
  expect(inWordsOfFlags(other, { allAbove: 3 })).toBe(other);
  expect(inWordsOfFlags(bug, { allAbove: 3 })).toBe(bug);
});

import { describe, expect, it } from 'vitest';
import { isLinchpinError, LinchpinError } from './linchpin-error.ts';
import { nearestNames } from './nearest-names.ts';

describe('LinchpinError', () => {
  it('says what was found, what was expected and what to do', () => {
    const cause = new Error('EACCES');
    const error = new LinchpinError({
      code: 'a/b',
      subject: 'file.txt',
      found: '3 bytes',
      expected: '8 bytes',
      action: 'Download it again.',
      cause,
    });
    expect(error.message).toBe('file.txt: found 3 bytes; expected 8 bytes. Download it again.');
    expect(error.cause).toBe(cause);
    expect(isLinchpinError(error)).toBe(true);
  });

  it('is told from other errors', () => {
    expect([new Error('x'), null, undefined, 'text', {}].some(isLinchpinError)).toBe(false);
  });
});

describe('nearestNames', () => {
  const tasks = ['arc_easy', 'arc_challenge', 'hellaswag', 'piqa'];

  it.each([
    ['arc_eesy', ['arc_easy']],
    ['PIQA', ['piqa']],
    ['arc', ['arc_challenge', 'arc_easy']],
    ['mmlu', []],
  ])('for %s are %j', (unknown, nearest) => {
    expect(nearestNames(unknown, tasks)).toEqual(nearest);
  });
});

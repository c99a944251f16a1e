import { describe, expect, it } from 'vitest';
import { threadsOfSession } from './measure.ts';

describe('threadsOfSession', () => {
  it.each([
    [2, 1, 2],
    [2, 2, 1],
    [7, 2, 3],
  ])('of %i threads and %i sessions is %i', (threads, sessions, each) => {
    expect(threadsOfSession(threads, sessions)).toBe(each);
  });

  it('refuses more sessions than threads', () => {
    expect(() => threadsOfSession(2, 3)).toThrow(expect.objectContaining({ code: 'bench/too-many-sessions' }));
  });
});

import { describe, expect, it } from 'vitest';
import { cannotWrite } from './errors.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: what the system says`), { code });
}

describe('cannotWrite', () => {
  it.each([
    ['EACCES', 'without permission to write'],
    ['EROFS', 'read-only'],
    ['ENOSPC', 'full disk'],
    ['EIO', 'what the system says'],
  ])('says what %s means', (code, found) => {
    const error = cannotWrite('out/table.csv', failure(code));
    expect(error).toMatchObject({ code: 'report/cannot-write', problem: { subject: 'out/table.csv' } });
    expect(error.problem.found).toContain(found);
  });
});

import { describe, expect, it } from 'vitest';
import { settingsOf } from './settings-of.ts';

describe('settingsOf', () => {
  it('leaves out what was not given, and where the results go', () => {
    const flags = {
      limit: 3,
      model: ['a', 'b'],
      bos: undefined,
      out: 'results',
      csv: 'x.csv',
      json: true,
      quiet: true,
    };
    expect(settingsOf(flags)).toEqual({ limit: 3, model: ['a', 'b'] });
  });
});

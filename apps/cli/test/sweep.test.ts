/** `linchpin sweep` on the embedded model: its files, what it prints, and what it refuses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { type Ended, expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();

describe('linchpin sweep', () => {
  const out = join(root, 'new', 'folder');
  let ended: Ended;
  beforeAll(async () => {
    ended = await linchpin(['sweep', '--limit', '3', '--factors', '1.5,0', '--out', out]);
  }, 120_000);

  const read = (name: string): string[][] =>
    readFileSync(join(out, name), 'utf8')
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.split(','));

  it('writes a line a factor, with the unchanged model among them', () => {
    expect(ended.code).toBe(0);
    expect(readdirSync(out).toSorted()).toEqual(['sweep-comparisons.csv', 'sweep-numbers.csv', 'sweep.csv']);
    const [header = [], ...lines] = read('sweep.csv');
    const values = ['s', 'Arc-c', 'Arc-e', 'Hella.', 'Lamb.', 'PIQA', 'SciQ', 'Wino.', 'AVG', 'C4', 'Wiki-2'];
    expect(header.slice(0, values.length)).toEqual(values);
    expect(header).toContain('Lamb. McNemar p');
    expect(header).toContain('C4 NLL difference SE');
    expect(lines.map(([factor]) => factor)).toEqual(['0', '1', '1.5']);
    for (const line of lines) {
      expect(line).toHaveLength(header.length);
      const average = line.slice(1, 8).reduce((sum, value) => sum + Number(value), 0) / 7;
      expect(Number(line[8])).toBeCloseTo(average, 10);
    }
    // Nothing is compared with itself.
    expect(lines[1]!.slice(values.length)).toEqual(Array(header.length - values.length).fill(''));
  });

  it('writes every comparison and every number', () => {
    const [header, ...lines] = read('sweep-comparisons.csv');
    expect(header).toEqual(
      's,column,unit,items,difference,standard_error,low_95,high_95,test,statistic,p,p_holm'.split(','),
    );
    expect(lines).toHaveLength(2 * 10);
    expect(readFileSync(join(out, 'sweep-numbers.csv'), 'utf8')).toContain('mini,s = 1.5,wikitext2,perplexity');
  });

  it('prints the points, what they are of and where the files are', () => {
    for (const text of [
      'AVG difference SE',
      'its super weight times s',
      'Of the other factors',
      join(out, 'sweep.csv'),
    ])
      expect(ended.stdout).toContain(text);
    expect(ended.stderr).toContain('9/9 3 factors · wikitext2: 3 in ');
  });

  it.each([
    ['no list', ['--factors', 'many'], ['"many" is no number', 'FIRST:LAST:STEP']],
    ['a super weight outside', ['--super-weight', '1:256:0'], ['[256, 0]']],
  ])('refuses %s', async (_, args, says) => {
    const refused = await linchpin(['sweep', '--out', join(root, 'refused'), ...args]);
    expectRefusal(refused, ...says);
    expect(refused.stderr).not.toContain('1/9');
  });
});

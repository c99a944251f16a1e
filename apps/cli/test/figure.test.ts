/** `linchpin figure 7` on the embedded model: its files, and what stops it before the first number. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FigureData } from '@linchpin/report';
import { temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { type Ended, expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();

describe('linchpin figure 7', () => {
  const out = join(root, 'out');
  const curves = ['Original', 'RTN', 'Ours', 'Clip only'];
  const blocks = ['32x32', '128x128'];
  let ended: Ended;
  beforeAll(async () => {
    const asked = ['--blocks', '32x32, 16384', '--indivisible', 'whole-matrix'];
    ended = await linchpin(['figure', '7', '--limit', '2', ...asked, '--out', out, '--json']);
  }, 120_000);

  it('writes the points and the numbers that they are made of', () => {
    expect(ended.code).toBe(0);
    expect(readdirSync(out).toSorted()).toEqual([
      'figure-7-numbers.csv',
      'figure-7.csv',
      'figure-7.json',
      'figure-7.svg',
    ]);
    const [header, ...lines] = readFileSync(join(out, 'figure-7.csv'), 'utf8').trimEnd().split('\r\n');
    expect(header).toBe('curve,block,metric,value,published');
    const points = lines.map((line) => line.split(','));
    for (const metric of ['AVG', 'C4', 'Wiki-2']) {
      const expected = curves.flatMap((curve) => blocks.map((block) => [curve, block]));
      expect(points.filter((point) => point[2] === metric).map((point) => point.slice(0, 2))).toEqual(expected);
    }
    for (const [, , , value, published] of points) {
      expect(Number(value)).toBeGreaterThan(0);
      expect(published).toBe('');
    }
    const numbers = readFileSync(join(out, 'figure-7-numbers.csv'), 'utf8');
    expect(numbers).toContain('""method"":""z"",""value"":9}');
    expect(numbers).toContain('""indivisible"":""whole-matrix""');
    expect(numbers).toContain('""restore"":[{""layer"":1,""row"":100,""column"":300}]');
  });

  it('gives back what there is to draw', () => {
    const { figure } = JSON.parse(ended.stdout) as { figure: FigureData };
    expect(figure.panels.map(({ title }) => title)).toEqual(['Average accuracy', 'C4', 'Wiki-2']);
    for (const { x, series } of figure.panels) {
      expect(x.log).toBe(true);
      expect(series.map(({ label }) => label)).toEqual(curves);
      for (const { points } of series) expect(points.map((point) => point.x)).toEqual([32 ** 2, 128 ** 2]);
    }
  });

  it('shows that large blocks need both the clipping and the super weight', () => {
    const { figure } = JSON.parse(ended.stdout) as { figure: FigureData };
    const { series } = figure.panels.find(({ title }) => title === 'Wiki-2')!;
    const [original, rtn, ours, clipOnly] = series.map(({ points }) => points[1]!.y);
    expect(ours).toBeLessThan(1.2 * original!);
    expect(rtn).toBeGreaterThan(10 * original!);
    expect(clipOnly).toBeGreaterThan(10 * original!);
  });
});

it('linchpin ls figures says which flags each takes', async () => {
  const figures = JSON.parse((await linchpin(['ls', 'figures', '--json'])).stdout) as {
    name: string;
    flags: string[];
  }[];
  const flags = [
    '--bos',
    '--datasets',
    '--window-bos',
    '--limit',
    '--windows',
    '--blocks',
    '--indivisible',
    '--clip-z',
  ];
  expect(figures.find(({ name }) => name === '7')?.flags).toEqual(flags);
});

describe('linchpin figure refuses before the first number', () => {
  it.each([
    ['an unknown figure', ['2'], ['"2"', 'linchpin ls figures']],
    ['no block size', ['7', '--blocks', '8x'], ['the block size 8x', '128x128']],
    [
      'a block size that does not divide a matrix',
      ['7', '--blocks', '256x256'],
      ['model.layers.0.mlp.gate_proj.weight', '180224 weights, which blocks of 65536 do not divide'],
    ],
    ['a super weight out of range', ['7', '--super-weight', '8:0:0'], ['layer 8', 'from 0 to 7']],
    ['data that are not there', ['7', '--datasets', join(root, 'none')], ['data set arc_challenge']],
  ])('%s', async (_, args, says) => {
    const ended = await linchpin(['figure', ...args, '--out', join(root, 'refused')]);
    expectRefusal(ended, ...says);
    expect(ended.stderr).not.toContain('Original · ');
  });
});

/** `linchpin census` on the embedded model: flags become options, and files and words come of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const small = ['census', '--quiet', '--limit', '1', '--controls', '1', '--windows', '2', '--window', '64'];

interface Told {
  readonly models: readonly {
    readonly baseline: { readonly windows: number; readonly window: number };
    readonly entries: readonly { readonly factor: number; readonly change: number }[];
  }[];
}

it('writes a table, its numbers and what reports show, and says what they show', async () => {
  const out = join(root, 'out');
  const { code, stdout, stderr } = await linchpin([...small, '--out', out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('mini: 1 candidate, loss ');
  expect(stdout).toContain('Of 1 row 1 raise the loss by 0.05 or more when removed; most 1:100, by +');
  expect(readdirSync(out).toSorted()).toEqual(['census-numbers.csv', 'census.csv', 'census.json']);
  const report = await linchpin(['report', out, '--out', join(root, 'report.html')]);
  expect(report.code).toBe(0);
});

it('takes the factors that are asked for, and tells a program everything', async () => {
  const { stdout } = await linchpin([...small, '--factors', '0.25', '--json', '--out', join(root, 'factors')]);
  const [model] = (JSON.parse(stdout) as Told).models;
  expect(model!.baseline).toMatchObject({ windows: 2, window: 64 });
  expect(new Set(model!.entries.map(({ factor }) => factor))).toEqual(new Set([0.25]));
});

it('gives by stages of layers what it gives whole', async () => {
  const [whole, staged] = [join(root, 'whole'), join(root, 'staged')];
  await linchpin([...small, '--out', whole]);
  expect(await linchpin([...small, '--stages', '2', '--out', staged])).toMatchObject({ code: 0, stderr: '' });
  const [before, after] = [whole, staged].map((folder) => readFileSync(join(folder, 'census.csv'), 'utf8'));
  expect(after).toBe(before);
});

it('refuses factors that are none, and a limit beside a ratio, and leaves no folder behind', async () => {
  const out = join(root, 'refused');
  expectRefusal(await linchpin([...small, '--factors', '0,x', '--out', out]), 'numbers separated by commas');
  expectRefusal(await linchpin([...small, '--factors', '1', '--out', out]), '--factors', 'ablates nothing');
  expectRefusal(
    await linchpin([...small, '--all-above', '5', '--out', out]),
    'error: --all-above',
    '--limit 1 beside it',
    '--input-above',
  );
  expect(existsSync(out)).toBe(false);
});

/** `linchpin reproduce` on the embedded model: every part is there, and the report shows it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArtifact, type TableArtifact } from '@linchpin/report';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it, vi } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();

it('writes tables, figures, and one page of them', async () => {
  const out = join(root, 'out');
  // Of somebody else; not taken for a result.
  mkdirSync(out);
  writeFileSync(join(out, 'other.json'), '{}');
  const parts = ['--tables', '1,2', '--figures', '1,3', '--limit', '1', '--datasets', 'datasets/mini'];
  const { code, stdout, stderr } = await linchpin(['reproduce', ...parts, '--out', out, '--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = join(out, 'report.html');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Report: ${report}`);
  const files = ['table-1.csv', 'table-2.csv', 'figure-1.svg', 'figure-3.csv'];
  expect(files.filter((file) => !existsSync(join(out, file)))).toEqual([]);
  const page = readFileSync(report, 'utf8');
  for (const shown of ['Table 1', 'Table 2', 'Figure 1', 'Figure 3', 'Generated text', 'Summer is hot.'])
    expect(page).toContain(shown);
});

it('writes the quantized table, too, of the embedded data', { timeout: 60_000 }, async () => {
  const out = join(root, 'quantized');
  vi.stubEnv('LINCHPIN_CACHE', join(root, 'cache'));
  const parts = ['--tables', '3', '--figures', '', '--limit', '1'];
  const { code, stderr } = await linchpin(['reproduce', ...parts, '--out', out, '--quiet']);
  vi.unstubAllEnvs();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [, ...lines] = readFileSync(join(out, 'table-3.csv'), 'utf8').trimEnd().split('\r\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['FP', 'Naive W8A8', 'SmoothQuant', 'Ours']);
  const page = readFileSync(join(out, 'report.html'), 'utf8');
  for (const shown of ['Table 3', 'SmoothQuant', 'self-generated.jsonl']) expect(page).toContain(shown);
});

it('refuses a number that no table or figure has before it computes one', async () => {
  const out = join(root, 'refused');
  expectRefusal(await linchpin(['reproduce', '--tables', '1,99', '--out', out]), '99');
  expectRefusal(await linchpin(['reproduce', '--figures', '98', '--out', out]), '98');
  expect(existsSync(join(out, 'table-1.csv'))).toBe(false);
});

it.each([
  ['--factors', ['--tables', '1', '--figures', '1', '--factors', '1,2']],
  ['--blocks', ['--tables', '1', '--figures', '6', '--blocks', '8']],
  ['--quantize', ['--tables', '1,2', '--figures', '1', '--quantize', '{}']],
  ['--calibration-samples', ['--tables', '1', '--figures', '1', '--calibration-samples', '2']],
  ['--limit', ['--tables', '2', '--figures', '1', '--limit', '2']],
  ['--figure-limit', ['--tables', '1', '--figures', '1', '--figure-limit', '2']],
])('refuses %s where no chosen table or figure takes it', async (flag, args) => {
  const out = join(root, 'idle');
  expectRefusal(await linchpin(['reproduce', ...args, '--out', out]), flag, 'changes nothing');
  expect(existsSync(join(out, 'table-1.csv'))).toBe(false);
});

it.each([
  ['figure 1', ['--tables', '1', '--figures', '1'], 'figure 1, text that is written'],
  ['figure 6', ['--tables', '1', '--figures', '6'], 'figure 6, a sweep'],
  ['figure 7', ['--tables', '1', '--figures', '7'], 'figure 7, a comparison with a reference'],
  ['table 3', ['--tables', '1,3', '--figures', '4'], 'table 3, a comparison with a reference'],
])('refuses stages for %s before the first table is computed', async (_, args, what) => {
  const out = join(root, 'by stages', 'refused');
  expectRefusal(
    await linchpin(['reproduce', '--limit', '1', ...args, '--stages', '2', '--out', out]),
    '--stages',
    what,
  );
  expect(existsSync(join(out, 'table-1.csv'))).toBe(false);
});

it('takes stages and a device, and says in the rows how many stages there were', async () => {
  const out = join(root, 'by stages');
  const args = [
    '--limit',
    '1',
    '--windows',
    '1',
    '--tables',
    '1',
    '--figures',
    '4',
    '--stages',
    '2',
    '--device',
    'cpu',
  ];
  const { code, stderr } = await linchpin(['reproduce', '--quiet', ...args, '--out', out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { numbers } = parseArtifact(readFileSync(join(out, 'table-1.json'), 'utf8'), 'table-1.json') as TableArtifact;
  expect(new Set(numbers.map(({ stages }) => stages))).toEqual(new Set([2]));
  expect(await linchpin(['reproduce', '--dtype', 'float16', ...args, '--out', out])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('products in float16'),
  });
});

it.each([
  ['factors', ['--tables', '1', '--figures', '6', '--factors', '1,x']],
  ['blocks', ['--tables', '1', '--figures', '7', '--blocks', '0']],
  ['smoothing', ['--tables', '1,3', '--figures', '', '--quantize', '{"smoothing": {"alpha": "serch"}}']],
])('refuses %s that cannot be read before the first table is computed', async (what, args) => {
  const out = join(root, 'unread', what);
  const { code, stdout } = await linchpin(['reproduce', '--limit', '1', ...args, '--out', out]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(existsSync(join(out, 'table-1.csv'))).toBe(false);
});

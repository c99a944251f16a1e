/** `linchpin figure 1` on the embedded model: texts with and without the super weight. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();

it("writes texts and next tokens, the paper's prompt with its last space first", async () => {
  const out = join(root, 'out');
  const { code, stdout, stderr } = await linchpin(['figure', '1', '--out', out, '--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(out).toSorted()).toEqual(['figure-1-texts.json', 'figure-1.csv', 'figure-1.json', 'figure-1.svg']);
  const csv = readFileSync(join(out, 'figure-1.csv'), 'utf8');
  expect(csv).toContain('\r\nSummer is hot. Winter is ,Original,');
  expect(csv).toContain('\r\nSummer is hot. Winter is ,Prune SW,');
  expect(stdout).toContain('After "Once upon a time" the likeliest is ","');
  const { figure } = JSON.parse(readFileSync(join(out, 'figure-1.json'), 'utf8'));
  expect(figure.panels).toHaveLength(3);
  for (const { series } of figure.panels) expect(series).toHaveLength(2);
});

it('takes a prompt, and no flag that would change nothing', async () => {
  const out = join(root, 'own');
  const { stdout } = await linchpin(['figure', '1', '--out', out, '--prompt', 'Tom', '--json', '--quiet']);
  expect(JSON.parse(stdout).figure.panels).toMatchObject([{ title: '"Tom"' }]);
  expectRefusal(await linchpin(['figure', '1', '--out', out, '--limit', '3']), '--limit');
});

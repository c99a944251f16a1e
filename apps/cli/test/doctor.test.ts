/** `linchpin doctor` on sound and unsound installations. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniFolder } from '@linchpin/datasets';
import type { Findings } from '@linchpin/installation';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { keepRun } from './example-runs.ts';
import { linchpin } from './run-in-process.ts';

const root = temporaryFolder();
const empty = join(root, 'empty-store');

it('says what there is, in words and as JSON, and makes nothing', async () => {
  const words = await linchpin(['doctor', '--store', empty]);
  expect(words).toMatchObject({ code: 0, stderr: '' });
  for (const text of [
    'linchpin ',
    'onnxruntime-node ',
    '8-bit products: ',
    'store: none',
    'mini ARC-Easy',
    'Nothing is wrong.',
  ])
    expect(words.stdout).toContain(text);
  const store = join(root, 'store');
  keepRun(store, []);
  const { code, stdout } = await linchpin(['doctor', '--store', store, '--json', '--threads', '1']);
  const findings = JSON.parse(stdout) as Findings;
  expect({ code, findings }).toMatchObject({
    code: 0,
    findings: { threads: 1, store: { runs: 1, batches: 0 }, problems: [] },
  });
  expect(findings.versions.node).toBe(process.version);
  expect(findings.free.store).toBeGreaterThan(0);
  expect(findings.datasets.files.every(({ recognised }) => recognised.startsWith('known data'))).toBe(true);
});

it('finds a data file whose content changed, a damaged store, and a folder without data sets', async () => {
  const data = join(root, 'data');
  cpSync(miniFolder, data, { recursive: true });
  writeFileSync(join(data, 'piqa.validation.jsonl'), '{}\n');
  const changed = await linchpin(['doctor', '--store', empty, '--datasets', data]);
  expect(changed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^problem: data sets: piqa.*are known\n$/) });

  const damaged = join(root, 'damaged-store');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'store.sqlite'), 'no database, only words'.repeat(500));
  const { code, stderr } = await linchpin(['doctor', '--store', damaged]);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/^problem: store: /) });

  const without = await linchpin(['doctor', '--store', empty, '--datasets', empty]);
  expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('data sets: none in ') });
});

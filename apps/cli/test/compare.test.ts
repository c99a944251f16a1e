/** `linchpin compare` on runs made by hand: what it prints and writes, and how it ends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunComparison } from '@linchpin/regression';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { choicesPart, exportRun, keepRun } from './example-runs.ts';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const store = join(root, 'store');
const good = keepRun(store, [choicesPart(0)], { matrixSpeed: 100, peakMemory: 2 ** 30 });
const same = keepRun(store, [choicesPart(0)], { matrixSpeed: 100, peakMemory: 2 ** 30 });
const bad = keepRun(store, [choicesPart(8, { modelSha256: 'fed' })], { matrixSpeed: 400, peakMemory: 2 ** 31 });
const compare = (...args: readonly string[]): ReturnType<typeof linchpin> =>
  linchpin(['compare', '--store', store, ...args]);

it('ends with 0 where the numbers are the same', async () => {
  const { code, stdout } = await compare(good, same);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('= toy · Original · piqa: equal'),
  });
  expect(stdout).toMatch(/\nequal: /);
});

it('ends with 1 where they are worse, and says why and which items flipped', async () => {
  const { code, stdout, stderr } = await compare(good, bad);
  expect(code).toBe(1);
  expect(stderr).toBe('regression: The run is not what the baseline was.\n');
  for (const text of [
    '✗ toy · Original · piqa: regression',
    'acc: 1 → 0.3333 (12 → 4 right)',
    'log-likelihoods: 8 of 24 differ by more than 0.00001; the largest difference is 2 (item 0, request 0: -3.000000 → -9.000000)',
    "McNemar's test of acc: 8 right only before, 0 only now (p = 0.007813, 0.007813 after Holm's correction)",
    'model content changed: abc → fed',
    'item 0: wrong now, right before',
    '* " yes"  -3.0000 → -9.0000',
    'and 3 more items that flipped',
    "speed: 0.25 × the baseline's",
    'below the bound of 0.8',
    'memory: 1024 MiB → 2048 MiB',
  ])
    expect(stdout).toContain(text);
});

it('writes Markdown, JUnit XML and JSON, whatever is in the texts', async () => {
  const [markdown, junit] = [join(root, 'comparison.md'), join(root, 'comparison.xml')];
  const { code, stdout } = await compare(good, bad, '--markdown', markdown, '--junit', junit, '--json');
  expect(code).toBe(1);
  const comparison = JSON.parse(stdout) as RunComparison;
  expect(comparison).toMatchObject({ verdict: 'regression', baseline: { id: good }, run: { id: bad } });
  expect(comparison.parts[0]!.flipped).toHaveLength(8);

  const text = readFileSync(markdown, 'utf8');
  expect(text).toContain('| ✗ | toy · Original · piqa | acc | 1 | 0.333333 | regression |');
  expect(text).toContain('<summary>8 items flipped</summary>');
  // The texts hold three backticks: the fence around them must be longer.
  expect(text).toContain('\n````text\n');

  expect(readFileSync(junit, 'utf8')).toContain('<testsuites name="linchpin" tests="3" failures="1">');
});

it('takes files of exported runs, and bounds and tolerances from flags', async () => {
  const file = join(root, 'baseline.run');
  exportRun(store, good, file);
  expect(await compare(file, same)).toMatchObject({ code: 0 });
  const slow = keepRun(store, [choicesPart(0)], { matrixSpeed: 400, peakMemory: 2 ** 30 });
  expect(await compare(file, slow)).toMatchObject({ code: 0, stdout: expect.stringContaining('below the bound') });
  expect(await compare(file, slow, '--fail-on', 'speed')).toMatchObject({ code: 1 });
  expect(await compare(file, slow, '--fail-on', 'speed', '--least-speed', '0.2')).toMatchObject({ code: 0 });
  const one = keepRun(store, [choicesPart(1)]);
  expect(await compare(file, one)).toMatchObject({ code: 1 });
  expect(await compare(file, one, '--judge', 'tests')).toMatchObject({ code: 0 });
});

it('refuses to judge other data, and what has nothing in common', async () => {
  const other = keepRun(store, [choicesPart(0, { datasetSha256: 'other' })]);
  const { code, stdout } = await compare(good, other);
  expect(code).toBe(1);
  expect(stdout).toContain('data set changed: def → other; numbers under the two cannot be compared');
  const unrelated = keepRun(store, [choicesPart(0, { task: 'sciq' })]);
  expectRefusal(await compare(good, unrelated), 'no task or corpus that both ran', 'linchpin show RUN');
  expectRefusal(await compare(good, 'nothing'), 'nothing');
});

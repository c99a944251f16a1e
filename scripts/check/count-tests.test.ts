import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countTests } from './count-tests.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linchpin-count-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('counts cases and gives the reasons of skips', () => {
  const report = write([
    {
      name: 'a.test.ts',
      status: 'passed',
      tests: [
        'passed adds',
        'skipped GPT-2 skipped: needs a (big) model',
        'skipped C4 (skipped: slow (a minute))',
        'todo later',
      ],
    },
    { name: 'b.test.ts', status: 'failed', tests: ['failed subtracts', 'passed halves'] },
  ]);
  expect(countTests(report, false, root)).toEqual({
    passed: 2,
    failed: 1,
    skipped: [
      { name: 'a.test.ts GPT-2', reason: 'needs a (big) model' },
      { name: 'a.test.ts C4', reason: 'slow (a minute)' },
      { name: 'a.test.ts later', reason: 'the title gives no reason' },
    ],
  });
});

it('counts a file that cannot be loaded as a failure', () => {
  const report = write([{ name: 'a.test.ts', status: 'failed', tests: [] }]);
  expect(countTests(report, false, root)).toEqual({ passed: 0, failed: 1, skipped: [] });
});

it('counts a run that fails although its tests pass as a failure', () => {
  const report = write([{ name: 'a.test.ts', status: 'passed', tests: ['passed adds'] }]);
  expect(countTests(report, false, root)).toEqual({ passed: 1, failed: 1, skipped: [] });
});

it('counts a run without a report as a failure', () => {
  expect(countTests(join(root, 'absent.json'), true, root)).toEqual({ passed: 0, failed: 1, skipped: [] });
});

/** Writes a report; a test is its status, a blank and its title. */
function write(files: { name: string; status: string; tests: string[] }[]): string {
  const testResults = files.map(({ name, status, tests }) => ({
    name: join(root, name),
    status,
    assertionResults: tests.map((test) => {
      const [word = '', ...title] = test.split(' ');
      return { status: word, fullName: title.join(' ') };
    }),
  }));
  const path = join(root, 'report.json');
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
}

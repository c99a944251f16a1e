/** `linchpin nightly` on a few items of the embedded model: what it writes, and how it ends. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunComparison } from '@linchpin/regression';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exportRun, keepRun, choicesPart } from './example-runs.ts';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const baseline = join(root, 'baseline.linchpin');

/** Settings under which the chain `edited` is one intervention. */
function settings(name: string, intervention: unknown): string {
  const file = join(root, `${name}.config.ts`);
  const matrix = { interventions: ['original', 'edited'], tasks: ['piqa', 'lambada_openai'], limit: 6 };
  const config = { models: { small: 'mini' }, interventions: { edited: [intervention] }, nightly: matrix };
  writeFileSync(file, `export default ${JSON.stringify(config)};`);
  return file;
}

/** The super weight, a little larger. */
const harmless = settings('harmless', { name: 'amplify', settings: { factor: 1.01 } });

/** Runs on what earlier runs of the test have left in the store, so that each number is computed once. */
function nightly(out: string, ...args: readonly string[]): ReturnType<typeof linchpin> {
  const folders = ['--store', join(root, 'store'), '--out', join(root, out)];
  return linchpin(['nightly', '--quiet', '--resume', ...folders, ...args]);
}

function read(out: string, name: string): string {
  return readFileSync(join(root, out, name), 'utf8');
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a night', () => {
  it('without a baseline records the run, and says how to make it one', { timeout: 60_000 }, async () => {
    const args = ['nightly', '--quiet', '--store', join(root, 'store'), '--out', join(root, 'first')];
    const { code, stdout, stderr } = await linchpin([...args, '--config', harmless]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('There was no baseline to compare with.');
    expect(stdout).toContain('run.linchpin');
    expect(readdirSync(join(root, 'first')).toSorted()).toEqual([
      'nightly.json',
      'nightly.md',
      'nightly.xml',
      'run.linchpin',
    ]);
    const { run, rows } = JSON.parse(read('first', 'nightly.json')) as {
      run: { environment: { matrixSpeed: number; peakMemory: number } };
      rows: { label: string }[];
    };
    expect(new Set(rows.map(({ label }) => label))).toEqual(new Set(['Original', 'edited']));
    expect(run.environment.matrixSpeed).toBeGreaterThan(0);
    expect(run.environment.peakMemory).toBeGreaterThan(0);
    writeFileSync(baseline, readFileSync(join(root, 'first', 'run.linchpin')));
  });

  it('with the numbers of its baseline ends with 0', { timeout: 60_000 }, async () => {
    const summary = join(root, 'summary.md');
    writeFileSync(summary, 'What stood there before.\n');
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    const { code, stdout } = await nightly('same', '--config', harmless, '--baseline', baseline);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nequal: The numbers are/) });
    expect(readFileSync(summary, 'utf8')).toBe(`What stood there before.\n${read('same', 'nightly.md')}\n`);
    expect(read('same', 'nightly.md')).toContain('## Linchpin: equal');
  });

  it(
    'with other numbers ends with 1, and shows what is worse and which items flipped',
    { timeout: 60_000 },
    async () => {
      const pruned = settings('pruned', 'prune-super-weight');
      const { code, stdout, stderr } = await nightly('worse', '--config', pruned, '--baseline', baseline);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('regression: ') });
      expect(stdout).toContain('= mini · Original · piqa: equal');
      expect(stdout).toContain('✗ mini · edited · piqa: regression');
      expect(stdout).toContain('interventions changed: ');
      const { verdict, parts } = JSON.parse(read('worse', 'nightly.json')) as RunComparison;
      expect(verdict).toBe('regression');
      const flipped = parts.flatMap((part) => part.flipped);
      expect(flipped.length).toBeGreaterThan(0);
      expect(flipped[0]!.requests[0]!.context).toMatch(/\w/);
      expect(read('worse', 'nightly.md')).toContain(`item ${flipped[0]!.docId}: `);
      expect(read('worse', 'nightly.xml')).toMatch(/<testsuites name="linchpin" tests="\d+" failures="2">/);
      // The same two runs again, by the store and by the file.
      const again = await linchpin(['compare', baseline, 'latest', '--store', join(root, 'store'), '--json']);
      expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'regression', options: { tolerance: 1e-5 } });
    },
  );
});

it('refuses what cannot be run or compared before anything is computed', async () => {
  const store = join(root, 'other-store');
  const other = join(root, 'other.linchpin');
  exportRun(store, keepRun(store, [choicesPart(0)]), other);
  expectRefusal(await nightly('none', '--config', harmless, '--baseline', other), 'no task or corpus that both ran');
  expectRefusal(await nightly('none', '--config', harmless, '--baseline', join(root, 'nowhere')), 'nowhere');
  expectRefusal(await nightly('none', '--config', settings('wrong', 'prune-super-wait')), 'prune-super-weight');
});

it('the workflow of the guide is the one of the examples', () => {
  const guide = readFileSync(join(repositoryRoot, 'docs/nightly.md'), 'utf8');
  expect(guide).toContain(readFileSync(join(repositoryRoot, 'docs/examples/nightly-workflow.yml'), 'utf8'));
});

import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { type Outcome, runStep } from './step.ts';

it('counts a command that succeeds as passed', async () => {
  expect(await run("console.log('fine')")).toMatchObject({ passed: 1, failed: 0, skipped: [], output: 'fine\n' });
});

it('counts a command that fails as failed and keeps both output streams', async () => {
  const outcome = await run("console.log('one'); console.error('two'); process.exitCode = 1");
  expect(outcome).toMatchObject({ passed: 0, failed: 1, skipped: [] });
  expect(outcome.output).toContain('one\n');
  expect(outcome.output).toContain('two\n');
});

it('takes colours out of what a command prints', async () => {
  expect(await run(String.raw`console.log('\x1b[31mred\x1b[0m')`)).toMatchObject({ output: 'red\n' });
});

it('counts a command that says it was skipped as skipped', async () => {
  const skipped = [{ name: 'example', reason: 'no commit' }];
  expect(await run("console.log('skipped: no commit')")).toMatchObject({ passed: 0, failed: 0, skipped });
  expect(await run("console.log('skipped: no commit'); process.exitCode = 1")).toMatchObject({
    failed: 1,
    skipped: [],
  });
});

it('counts a command that cannot be started as failed', async () => {
  const outcome = await runStep({ name: 'example', command: ['linchpin-has-no-such-command'] }, tmpdir());
  expect(outcome).toMatchObject({ passed: 0, failed: 1 });
});

it('counts a test run that writes no report as failed', async () => {
  const outcome = await runStep({ name: 'example', command: ['node', '--eval', ''], isTestRun: true }, tmpdir());
  expect(outcome).toMatchObject({ passed: 0, failed: 1 });
});

function run(script: string): Promise<Outcome> {
  return runStep({ name: 'example', command: ['node', '--eval', script] }, tmpdir());
}

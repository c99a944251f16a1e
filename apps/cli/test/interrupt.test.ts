/** Signals at work: what is saved is said, nothing is half-written, and a second one does not wait. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { openRunStore } from '@linchpin/run-store';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EndingSignal } from '@linchpin/files';
import { linchpinCommand, startLinchpin, startNode } from './run-linchpin.ts';

const root = temporaryFolder();

/** Long enough that the second task is still at work when a signal comes. */
const data = join(root, 'data');
beforeAll(() => {
  mkdirSync(data);
  for (const file of ['piqa.validation.jsonl', 'sciq.test.jsonl']) {
    const rows = readFileSync(join(repositoryRoot, 'datasets/mini', file), 'utf8');
    writeFileSync(join(data, file), rows.repeat(file.startsWith('sciq') ? 50 : 1));
  }
});

describe.each<[EndingSignal, number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('linchpin after %s', { timeout: 120_000 }, (signal, expected) => {
  it('saves the numbers of a table that are done, and leaves an earlier table alone', async () => {
    const out = join(root, signal, 'table');
    const [cache, store] = [join(root, signal, 'cache'), join(root, signal, 'store')];
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'table-1.csv'), 'earlier');
    const folders = ['--out', out, '--cache', cache, '--store', store];
    const { child, ended, untilStderr } = startLinchpin(['table', '1', ...folders]);
    await untilStderr('2/36');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    const partial = join(out, 'table-1-numbers.partial.csv');
    const [, saved] = /^interrupted: (\d+) finished numbers are saved in (.+); nothing else was written$/m.exec(
      stderr,
    )!;
    expect(stderr).toContain(`saved in ${partial};`);
    const lines = readFileSync(partial, 'utf8').split('\r\n');
    expect(lines.pop()).toBe('');
    expect(lines.length - 1).toBe(Number(saved));
    // Two tasks with two metrics each were finished before.
    expect(Number(saved)).toBeGreaterThanOrEqual(4);
    expect(readdirSync(out).toSorted()).toEqual(['table-1-numbers.partial.csv', 'table-1.csv']);
    expect(readFileSync(join(out, 'table-1.csv'), 'utf8')).toBe('earlier');
    expect(readdirSync(join(root, signal)).toSorted()).toEqual(['store', 'table']);
    const opened = openRunStore(store);
    expect(opened.runs.list()).toMatchObject([{ status: 'interrupted', finishedAt: expect.any(String) }]);
    opened.close();
  });

  it('gives the tasks of an evaluation that are done, and writes no samples', async () => {
    const out = join(root, signal, 'evaluation');
    mkdirSync(out, { recursive: true });
    const csv = join(out, 'numbers.csv');
    const files = ['--samples', join(out, 'samples.jsonl'), '--csv', csv];
    const args = ['evaluate', '--tasks', 'piqa,sciq', '--datasets', data, ...files, '--json'];
    const { child, ended, untilStderr } = startLinchpin(args);
    await untilStderr('1/2');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(expected);
    expect(stderr).toContain(`interrupted: piqa finished and saved in ${csv}; no samples were written\n`);
    expect(new Set((JSON.parse(stdout) as { task: string }[]).map(({ task }) => task))).toEqual(new Set(['piqa']));
    expect(readdirSync(out)).toEqual(['numbers.csv']);
  });

  it('ends at once after the second, and removes what is half-written', async () => {
    const source = (file: string): string => JSON.stringify(pathToFileURL(join(repositoryRoot, file)).href);
    const half = join(root, `half-written-${signal}`);
    // A computation of a thread, as a batch is, which would take minutes: the end of the process must not wait for it.
    const script = `
      import { pbkdf2 } from 'node:crypto';
      import { writeFileSync } from 'node:fs';
      import { takeSignals } from ${source('packages/files/src/signals.ts')};
      import { TemporaryFiles } from ${source('packages/execution/src/temporary-files.ts')};
      const files = new TemporaryFiles();
      writeFileSync(${JSON.stringify(half)}, '');
      files.note(${JSON.stringify(half)});
      takeSignals().onEnd(() => files.removeAll());
      pbkdf2('', '', 2 ** 31 - 1, 64, 'sha512', () => {});
      process.stderr.write('at work');`;
    const { child, ended, untilStderr } = startNode(['--input-type=module', '--eval', script]);
    await untilStderr('at work');
    child.kill(signal);
    await untilStderr('ends at once');
    expect(readdirSync(root)).toContain(`half-written-${signal}`);
    child.kill(signal);
    // What a shell reports as 128 and the signal's number.
    expect(await ended).toMatchObject({ code: null, signal });
    expect(readdirSync(root)).not.toContain(`half-written-${signal}`);
  });
});

it('a reader that goes away ends nothing but the output', { timeout: 60_000 }, async () => {
  // The second text is written when `head` has ended with the first line.
  const prompts = ['--prompt', 'Once upon a time', '--prompt', 'The little boy', '--prompt', 'Summer is hot.'];
  const command = linchpinCommand(['generate', '--quiet', '--max-tokens', '24', ...prompts]);
  const child = spawn('sh', ['-c', '{ "$@"; echo "code $?" >&2; } | head -1', 'sh', ...command]);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stdout).toMatch(/^Once upon a time.+\n$/);
  expect(stderr).toBe('code 0\n');
});

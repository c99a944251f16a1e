/** Ctrl-C at work: what is saved is said, nothing is half-written, and the second one does not wait. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLinchpin, startNode, temporaryFolder } from './run-linchpin.ts';

const root = temporaryFolder();

describe('linchpin after Ctrl-C', () => {
  it('saves the numbers of a table that are done, and leaves an earlier table alone', async () => {
    const out = join(root, 'table');
    mkdirSync(out);
    writeFileSync(join(out, 'table-1.csv'), 'earlier');
    const { child, ended, untilStderr } = startLinchpin(['table', '1', '--out', out]);
    await untilStderr('2/36');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
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
  });

  describe('in an evaluation', () => {
    const data = join(root, 'data');
    beforeAll(() => {
      mkdirSync(data);
      for (const file of ['piqa.validation.jsonl', 'sciq.test.jsonl']) {
        const rows = readFileSync(join(repositoryRoot, 'datasets/mini', file), 'utf8');
        // Long enough that the second task is still at work when the signal comes.
        writeFileSync(join(data, file), rows.repeat(file.startsWith('sciq') ? 50 : 1));
      }
    });

    it('gives the tasks that are done, and writes no samples', async () => {
      const out = join(root, 'evaluation');
      mkdirSync(out);
      const csv = join(out, 'numbers.csv');
      const files = ['--samples', join(out, 'samples.jsonl'), '--csv', csv];
      const { child, ended, untilStderr } = startLinchpin([
        'evaluate',
        '--tasks',
        'piqa,sciq',
        '--datasets',
        data,
        ...files,
        '--json',
      ]);
      await untilStderr('1/2');
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain(`interrupted: piqa finished and saved in ${csv}; no samples were written\n`);
      expect(new Set((JSON.parse(stdout) as { task: string }[]).map(({ task }) => task))).toEqual(new Set(['piqa']));
      expect(readdirSync(out)).toEqual(['numbers.csv']);
    });
  });

  it('ends at once after the second, and removes what is half-written', async () => {
    const source = (file: string): string =>
      JSON.stringify(pathToFileURL(join(repositoryRoot, 'apps/cli/src', file)).href);
    const half = join(root, 'half-written');
    // A computation of a thread, as a batch is, which would take minutes: the end of the process must not wait for it.
    const script = `
      import { pbkdf2 } from 'node:crypto';
      import { writeFileSync } from 'node:fs';
      import { promisify } from 'node:util';
      import { interruptible } from ${source('interrupt.ts')};
      import { noteTemporaryFile } from ${source('temporary-files.ts')};
      writeFileSync(${JSON.stringify(half)}, '');
      noteTemporaryFile(${JSON.stringify(half)});
      await interruptible(async () => {
        process.stderr.write('at work');
        await promisify(pbkdf2)('', '', 2 ** 31 - 1, 64, 'sha512');
      });`;
    const { child, ended, untilStderr } = startNode(['--input-type=module', '--eval', script]);
    await untilStderr('at work');
    child.kill('SIGINT');
    await untilStderr('Ctrl-C again ends at once');
    expect(readdirSync(root)).toContain('half-written');
    child.kill('SIGINT');
    // What a shell reports as 130.
    expect(await ended).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(readdirSync(root)).not.toContain('half-written');
  });
});

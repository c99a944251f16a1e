/** Whole runs on the embedded model: what cannot work is refused first, and what was measured is printed whatever fails later. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { miniFolder } from '@linchpin/datasets';
import { afterAll, describe, expect, it } from 'vitest';
import { miniModel } from '../src/set-up.ts';
import { wholePackages, writeStandIn } from './stand-in-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const script = join(folder, 'peer.py');
writeFileSync(script, '');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const small = ['--items', '2', '--execution', 'float32', '--no-profile', '--threads', '1'];

function bench(flags: readonly string[], data: readonly string[] = ['--model', miniModel, '--datasets', miniFolder]) {
  return start([...data, '--windows', '0', ...small, ...flags]);
}

function start(flags: readonly string[]) {
  const command = ['-C', '@linchpin/source', entry, ...flags];
  return new Promise<Ended>((resolve) =>
    execFile(execPath, command, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}

describe('before the first measurement', () => {
  const pruned = { ...wholePackages, transformers: { problem: "ModuleNotFoundError: No module named 'transformers'" } };
  const cases: readonly (readonly [string, () => readonly string[], string])[] = [
    ['a package is missing', () => ['--python', writeStandIn(folder, { packages: pruned })], 'no transformers'],
    ['the other program fails', () => ['--python', writeStandIn(folder, { mostItems: 0 })], 'exit code 9'],
    ['there is no such Python', () => ['--python', join(folder, 'absent')], 'which cannot be started'],
  ];
  it.each(cases)('says that %s', async (_, flags, says) => {
    const { code, stdout, stderr } = await bench([...flags(), '--peer-script', script]);
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    ['the script is not there', ['--python', execPath, '--peer-script', join(folder, 'absent.py')], 'no file'],
    ['a script has no Python', ['--peer-script', script], 'found no --python'],
    ['nothing is committed', ['--check'], 'nothing of mini, 2 items, 0 windows'],
    ['sessions have no threads', ['--sessions', '2'], '2 sessions that share 1 thread'],
  ])('says that %s', async (_, flags, says) => {
    const { code, stdout, stderr } = await bench(flags);
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('says that data or a tokenizer is not there', async () => {
    const ofData = await bench([], ['--model', miniModel, '--datasets', folder]);
    expect(ofData).toMatchObject({ code: 2, stdout: '' });
    expect(ofData.stderr).toContain('found none of its files');
    const ofTokenizer = await bench([], ['--tokenizer', folder]);
    expect(ofTokenizer).toMatchObject({ code: 2, stdout: '' });
    expect(ofTokenizer.stderr).toContain('no tokenizer.json');
  });
});

it('times the forms of prompts that are named, and no others', async () => {
  const { code, stdout } = await start(['--model', miniModel, '--forms', 'bare', ...small]);
  expect(stdout.match(/no examples|examples of a subject|examples drawn anew/g)).toEqual(['no examples']);
  expect(code).toBe(0);
}, 180_000);

describe('whatever fails later', () => {
  it('prints what was measured, and ends with the failure', async () => {
    const python = writeStandIn(folder, { mostItems: 1 });
    const { code, stdout, stderr } = await bench(['--python', python, '--peer-script', script]);
    expect(stdout).toContain('seconds to score');
    expect(stdout).toContain('from command to result');
    expect(stderr.trimEnd().split('\n').at(-1)).toContain('exit code 9');
    expect(stderr.split('exit code 9')).toHaveLength(2);
    expect(code).toBe(2);
  }, 180_000);
});

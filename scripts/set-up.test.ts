import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linchpin-set-up-'));
  mkdirSync(join(root, 'scripts'));
  cpSync(join(import.meta.dirname, 'set-up.mjs'), join(root, 'scripts/set-up.mjs'));
  write('package.json', '{ "packageManager": "pnpm@10.0.0" }');
  write('pnpm-lock.yaml', '');
  write('pnpm-workspace.yaml', '');
  write(
    'main.ts',
    'const words: string[] = process.argv.slice(2); console.log(words.join(" ")); process.exitCode = 3;',
  );
  installWith('mkdir -p node_modules/node/bin && ln -sf "$NODE" node_modules/node/bin/node');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('installs with the pinned pnpm and the frozen lockfile, then runs the script', () => {
  const { status, stdout, stderr } = setUp('main.ts', 'table', '1', '--limit', '5');
  expect(readFileSync(join(root, 'npm-calls'), 'utf8')).toMatch(
    /^exec --yes --package=pnpm@10\.0\.0 -- pnpm install --frozen-lockfile/,
  );
  expect(stderr).toMatch(/^Installing the workspace with pnpm@10\.0\.0 .* done in \d+ s\n$/);
  expect({ status, stdout }).toEqual({ status: 3, stdout: 'table 1 --limit 5\n' });
});

it('installs nothing when nothing has changed', () => {
  setUp('main.ts');
  expect(setUp('main.ts', 'again')).toMatchObject({ status: 3, stdout: 'again\n', stderr: '' });
  expect(installations()).toBe(1);
});

it.each(['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])('installs again when %s has changed', (file) => {
  setUp('main.ts');
  write(file, `${readFileSync(join(root, file), 'utf8')}\n`);
  setUp('main.ts');
  expect(installations()).toBe(2);
});

it('installs again after an installation that did not finish', () => {
  setUp('main.ts');
  write('pnpm-lock.yaml', '# changed');
  installWith('exit 1');
  expect(setUp('main.ts').status).toBe(1);
  write('pnpm-lock.yaml', '');
  setUp('main.ts');
  expect(installations()).toBe(3);
});

it.each([
  ['npm error code EAI_AGAIN', 'registry cannot be reached'],
  ['ERR_PNPM_OUTDATED_LOCKFILE  Cannot install', 'pnpm-lock.yaml does not fit'],
  ['EACCES: permission denied', 'no permission to write'],
  ['ENOSPC: no space left on device', 'the disk is full'],
  ['something new', 'the installation failed'],
])('explains the failure "%s"', (output, explanation) => {
  installWith(`echo "${output}" >&2; exit 1`);
  const { status, stderr } = setUp('main.ts');
  expect(status).toBe(1);
  expect(stderr).toContain(explanation);
  expect(stderr).toContain(output);
  expect(existsSync(join(root, 'node_modules/.set-up-stamp'))).toBe(false);
});

it('says so when the installation has brought no Node', () => {
  installWith('mkdir -p node_modules');
  expect(setUp('main.ts')).toMatchObject({ status: 1, stderr: expect.stringContaining('has brought no binary') });
});

it('says how it is used when no script is given', () => {
  expect(setUp()).toMatchObject({ status: 1, stderr: expect.stringContaining('no script given') });
});

/** Runs the set-up with a stand-in for npm. */
function setUp(...given: string[]): { status: number | null; stdout: string; stderr: string } {
  const PATH = [join(root, 'bin'), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH, NODE: process.execPath };
  return spawnSync(process.execPath, [join(root, 'scripts/set-up.mjs'), ...given], { env, encoding: 'utf8' });
}

/** Makes the stand-in: it records its arguments and does what an installation would do. */
function installWith(commands: string): void {
  write('bin/npm', `#!/bin/sh\necho "$@" >> npm-calls\n${commands}\n`, 0o755);
}

function installations(): number {
  return readFileSync(join(root, 'npm-calls'), 'utf8').trim().split('\n').length;
}

function write(path: string, text: string, mode?: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

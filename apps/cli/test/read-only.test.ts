/** Folders that cannot be written: the command says so before it computes anything. The superuser may write everywhere. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRunStore } from '@linchpin/run-store';

/** Nobody, on the systems on which tests are run by the superuser: containers of Linux. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const main = join(repositoryRoot, 'apps/cli/src/main.ts');

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...unprivileged });
  return { code: status, stdout, stderr };
}

const canRead = node('--check', main).code === 0;
const unless = canRead ? '' : ' (skipped: this checkout cannot be read by others than the superuser)';

const root = temporaryFolder();
const closed = join(root, 'closed');
const written = join(root, 'written before');

beforeAll(() => {
  chmodSync(root, 0o755);
  mkdirSync(closed);
  openRunStore(written).close();
  chmodSync(join(written, 'store.sqlite'), 0o444);
  for (const folder of [closed, written]) chmodSync(folder, 0o555);
});
afterAll(() => {
  for (const folder of [closed, written]) chmodSync(folder, 0o755);
});

it.skipIf(!canRead).each<[string, readonly string[], readonly string[]]>([
  ['a new store', ['perplexity', '--corpus', 'wikitext2', '--store', closed], ['store.sqlite', '--no-store']],
  ['a store of earlier runs', ['perplexity', '--corpus', 'wikitext2', '--store', written], ['readonly', '--no-store']],
  ['results', ['table', '1', '--no-store', '--out', closed], [closed, 'without permission to write']],
])(`refuses a read-only folder for %s${unless}`, (_, args, says) => {
  const { code, stdout, stderr } = node('-C', '@linchpin/source', main, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: /);
  for (const text of says) expect(stderr).toContain(text);
  expect(readdirSync(closed)).toEqual([]);
});

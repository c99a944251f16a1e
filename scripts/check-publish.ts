/**
 * Builds every package and checks what a user of the npm packages would get: publint (the files), attw (the types), and
 * whether plain Node, without the workspace's source condition, can import it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: unknown;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tarballs = mkdtempSync(join(tmpdir(), 'linchpin-publish-'));

try {
  if (succeeds('build', ['turbo', 'run', 'build', '--output-logs=errors-only'], root)) {
    const members = [...list('packages'), ...list('apps'), 'datasets'].filter((folder) => isPublic(folder));
    for (const folder of members) checkMember(folder);
    console.log(`checked ${members.length} packages`);
  }
} finally {
  rmSync(tarballs, { recursive: true });
}

function checkMember(folder: string): void {
  const { name, exports } = readManifest(folder);
  const destination = join(tarballs, folder);
  mkdirSync(destination, { recursive: true });
  if (!succeeds(`${name}: pack`, ['pnpm', 'pack', '--pack-destination', destination], join(root, folder))) return;
  const tarball = join(destination, readdirSync(destination)[0] ?? '');
  succeeds(`${name}: publint`, ['publint', tarball, '--strict'], root);
  // An app is a command, it has no types to be resolved and starts when it is imported.
  if (exports === undefined) return;
  succeeds(`${name}: attw`, ['attw', tarball, '--profile=esm-only', '--no-emoji', '--format=ascii'], root);
  succeeds(`${name}: import`, ['node', '--input-type=module', '--eval', `await import('${name}')`], join(root, folder));
}

/** Runs a command; prints its output, and lets the whole check fail, when it fails. */
function succeeds(title: string, [program = '', ...programArguments]: readonly string[], cwd: string): boolean {
  const result = spawnSync(program, programArguments, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status === 0) return true;
  console.log(`${title} FAILED\n${result.stdout}${result.stderr}`);
  process.exitCode = 1;
  return false;
}

function list(parent: string): string[] {
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
}

function isPublic(folder: string): boolean {
  return existsSync(join(root, folder, 'package.json')) && readManifest(folder).private !== true;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

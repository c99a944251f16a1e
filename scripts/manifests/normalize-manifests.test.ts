import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { normalManifest } from './normal-manifest.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linchpin-manifests-'));
  write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n  - apps/*\n  - data\n\ncatalog:\n  - no/member\n');
  write(
    'packages/built/package.json',
    '{ "name": "built", "dependencies": { "a": "1.0.0" }, "files": ["client", "dist"] }',
  );
  write('packages/built/src/index.ts', '');
  write('packages/built/tsconfig.build.json', '{}');
  write(
    'apps/command/package.json',
    '{ "name": "command", "bin": { "c": "./bin/c.js" }, "exports": { ".": "./x.js" } }',
  );
  write('apps/own/package.json', '{ "name": "own", "private": true }');
  write('data/package.json', '{ "name": "data", "license": "SEE LICENSE IN README.md", "files": ["b", "a"] }');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('names every file that differs, and none once they are written', () => {
  const stale = ['packages/built/package.json', 'packages/built/tsconfig.build.json', 'apps/command/package.json'];
  const found = normalize('--check');
  expect(found.status).toBe(1);
  expect(found.stdout.match(/^\S+/gm)).toEqual([...stale, 'data/package.json']);
  expect(normalize().status).toBe(0);
  expect(normalize('--check')).toMatchObject({ status: 0, stdout: '' });
});

it('writes where a package comes from, what it needs and what its tarball holds', () => {
  normalize();
  expect(read('packages/built/package.json')).toMatchObject({
    license: 'MIT',
    repository: { type: 'git', directory: 'packages/built' },
    files: ['client', 'dist', 'src', '!src/**/*.test.ts', '!src/**/__snapshots__'],
    sideEffects: false,
    exports: { '.': { types: './dist/index.d.ts' } },
    dependencies: { a: '1.0.0' },
    publishConfig: { access: 'public', provenance: true },
  });
  expect(readFileSync(join(root, 'packages/built/tsconfig.build.json'), 'utf8')).toContain(
    '"../../tsconfig.build.json"',
  );
  expect(read('apps/command/package.json')).toMatchObject({ exports: { '.': './x.js' } });
  expect(read('apps/command/package.json')).not.toHaveProperty('sideEffects');
  expect(read('data/package.json')).toMatchObject({ license: 'SEE LICENSE IN README.md', files: ['b', 'a'] });
});

it('leaves alone what is private', () => {
  const manifest = { name: 'own', private: true };
  expect(normalManifest(manifest, { folder: 'apps/own', isBuilt: true })).toBe(manifest);
});

function normalize(...args: readonly string[]): { status: number | null; stdout: string } {
  const script = join(import.meta.dirname, '../normalize-manifests.ts');
  return spawnSync(process.execPath, [script, ...args, root], { encoding: 'utf8' });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

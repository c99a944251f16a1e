import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const repository = dirname(import.meta.dirname);
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linchpin-cycles-'));
  copyFileSync(join(repository, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  writeFileSync(
    join(root, 'tsconfig.json'),
    '{ "compilerOptions": { "allowImportingTsExtensions": true, "noEmit": true } }',
  );
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it.each([
  ['values', 'import { b } from', 'import { a } from', 'export const'],
  ['types', 'import type { b } from', 'import type { a } from', 'export type'],
  ['a value and a type', 'import { b } from', 'import type { a } from', 'export const'],
])('finds a circle of %s', (_, toB, toA, declares) => {
  const output = lint({
    'a.ts': `${toB} './b.ts';\n${declares} a = typeof b;\n`,
    'b.ts': `${toA} './a.ts';\n${declares} b = typeof a;\n`,
  });
  expect(output).toContain('import(no-cycle)');
});

it('finds none where files import in one direction', () => {
  const output = lint({
    'a.ts': "import type { B } from './b.ts';\nexport type A = B[];\n",
    'b.ts': 'export type B = 1;\n',
  });
  expect(output).toContain('Found 0 warnings and 0 errors');
});

function lint(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const program = join(repository, 'node_modules/.bin/oxlint');
  const { stdout, stderr } = spawnSync(program, [], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return stdout + stderr;
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { runCommand } from './command.ts';
import { createPlugin } from './create-plugin.ts';
import { CreatePluginError } from './errors.ts';
import { templateFiles } from './template.ts';

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

describe('createPlugin', () => {
  const parent = temporaryFolder();

  it('writes every file under its own name, with the name of the method in it', () => {
    const files = createPlugin({ name: 'halve-layer', parent });
    expect(files.toSorted()).toEqual([
      '.gitignore',
      'README.md',
      'linchpin.config.ts',
      'package.json',
      'src/halve-layer.test.ts',
      'src/halve-layer.ts',
      'src/index.ts',
      'src/plugin.ts',
      'tsconfig.build.json',
      'tsconfig.json',
    ]);
    for (const file of files) expect(read(parent, 'halve-layer', file)).not.toMatch(/my-?method/i);
    expect(read(parent, 'halve-layer/src/halve-layer.ts')).toContain(
      'export function halveLayer({ layer, factor }: HalveLayerOptions): Intervention',
    );
  });

  it('writes the files that the tutorial shows', () => {
    const files = templateFiles({ name: 'halve-layer' });
    const tutorial = read(repositoryRoot, 'docs/plugin-in-ten-minutes.md');
    const shown = [...tutorial.matchAll(/^```ts\n\/\/ (src\/\S+)\n([\s\S]*?)^```$/gm)];
    expect(shown.map(([, path]) => path)).toEqual(['src/halve-layer.ts', 'src/plugin.ts', 'src/halve-layer.test.ts']);
    for (const [, path = '', text] of shown) expect(text).toBe(files.get(path));
  });

  it('asks for everything that its sources import, in versions that there are', () => {
    createPlugin({ name: 'own-needs', parent });
    const folder = join(parent, 'own-needs');
    const { dependencies, peerDependencies, devDependencies } = JSON.parse(read(folder, 'package.json')) as Record<
      string,
      Record<string, string>
    >;
    const imported = (tests: boolean): string[] =>
      readdirSync(join(folder, 'src'))
        .filter((file) => file.endsWith('.test.ts') === tests)
        .flatMap((file) => [...read(folder, 'src', file).matchAll(/from '([^.][^']*)'/g)].map(([, name]) => name!));
    expect(new Set(imported(false))).toEqual(new Set(Object.keys({ ...dependencies, ...peerDependencies })));
    expect(Object.keys(devDependencies!)).toEqual(expect.arrayContaining(imported(true)));
    for (const range of Object.values({ ...dependencies, ...peerDependencies, ...devDependencies }))
      expect(range).toMatch(/^\^\d+\.\d+\.\d+$/);
  });

  it.each([
    ['a folder with 1 entry', () => mkdirSync(join(parent, 'there/kept'), { recursive: true })],
    ['a file', () => writeFileSync(join(parent, 'there-too'), 'kept')],
  ])('leaves %s alone', (found, make) => {
    make();
    const name = found === 'a file' ? 'there-too' : 'there';
    const before = readdirSync(parent, { recursive: true });
    expect(() => createPlugin({ name, parent })).toThrow(found);
    expect(readdirSync(parent, { recursive: true })).toEqual(before);
  });

  it('says where it cannot write', () => {
    const missing = join(parent, 'missing');
    expect(codeOf(() => createPlugin({ name: 'my-method', parent: missing }))).toBe('create-plugin/cannot-write');
  });

  it.each([
    ['My Method', 'my-method'],
    ['./plugins/prune_largest/', 'prune-largest'],
    ['smoothQuant', 'smooth-quant'],
    ['gpt2-neurons', 'gpt-neurons'],
    ['@me/scale', 'scale'],
    ['..', undefined],
    ['', undefined],
  ])('refuses the name %j', (name, near) => {
    expect(codeOf(() => createPlugin({ name, parent }))).toBe('create-plugin/invalid-name');
    expect(() => createPlugin({ name, parent })).toThrow(
      near === undefined ? 'Take the method' : `Did you mean ${near}?`,
    );
  });

  it.each(['delete', 'plugin', 'index'])('refuses %s, which its files could not be written with', (name) => {
    expect(codeOf(() => createPlugin({ name, parent }))).toBe('create-plugin/reserved-name');
  });
});

describe('the command', () => {
  const folder = temporaryFolder();

  it('says what it made and what comes next', () => {
    const { exitCode, stdout } = runCommand(['my-method'], folder);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/src\/my-method\.ts[\s\S]*cd my-method\n {2}npm install\n {2}npm test/);
  });

  it('names what is there already, and what to do', () => {
    const { exitCode, stderr } = runCommand(['my-method'], folder);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/found: {4}a folder with \d+ entries\n.*\n.*Take another name/);
  });

  it.each([[[]], [['one', 'two']], [['--template', 'x']], [['Bad Name']]])('makes nothing of %j', (words) => {
    const before = readdirSync(folder);
    expect(runCommand(words, folder)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('explains itself', () => {
    expect(runCommand(['--help'], folder)).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

it('names the source of a method where it is known', () => {
  const text = templateFiles({ name: 'my-method', source: 'arXiv 2411.07191' }).get('src/my-method.ts');
  expect(text).toContain(' * Source: arXiv 2411.07191. Say here');
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof CreatePluginError ? error.code : String(error);
  }
}

/** Makes one thing with every generator, in a copy of the workspace, and runs the checks on what came out. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { corporaFolder, paperFolder, pluginsFolder } from './composition.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Not copied: what is installed, built or recorded. */
const left = new Set(['node_modules', '.git', '.turbo', 'dist', 'results', 'coverage', '.linchpin']);

const source = 'arXiv 0000.00000';
const scaffolded: readonly (readonly [generator: string, ...answers: string[]])[] = [
  ['plugin', 'scaffolded-method', source],
  ['task', 'scaffolded_task', source],
  ['corpus', 'scaffolded_corpus', source],
  ['model-family', 'scaffolded_family', source],
  ['table', '99', 'Scaffolded table', source],
  ['figure', '99', 'Scaffolded figure', source],
];

/** What is made, and the packages that it becomes a part of. */
const made = [
  'packages/plugin-scaffolded-method',
  'packages/tasks/src/tasks/scaffolded-task.ts',
  'packages/tasks/src/tasks/scaffolded-task.test.ts',
  `${corporaFolder}/scaffolded-corpus.ts`,
  'packages/models/src/families/scaffolded-family.ts',
  'packages/models/src/families/scaffolded-family.test.ts',
  `${paperFolder}/src/tables/table-99-scaffolded-table.ts`,
  `${paperFolder}/src/figures/figure-99-scaffolded-figure.ts`,
];
const packages = [
  'packages/plugin-scaffolded-method',
  'packages/tasks',
  'packages/models',
  ...new Set([paperFolder, pluginsFolder]),
].map((folder) => `--filter=./${folder}`);

const checks: readonly (readonly [program: string, ...programArguments: string[]])[] = [
  ['oxfmt', '--check', ...made],
  ['oxlint', '--max-warnings=0', ...made],
  ['node', 'scripts/generate-indexes.ts', '--check'],
  ['turbo', 'boundaries'],
  ['node', 'scripts/check-structure.ts', 'scaffolded'],
  ['turbo', 'run', 'typecheck', ...packages, '--output-logs=errors-only'],
  ['vitest', 'run', '--project=unit', 'scaffolded'],
];

const copy = mkdtempSync(join(tmpdir(), 'linchpin-scaffold-'));
try {
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
  const generated = scaffolded.every(([generator, ...answers]) =>
    succeeds('gen', 'run', generator, '--args', ...answers),
  );
  if (generated) for (const check of checks) succeeds(...check);
} finally {
  rmSync(copy, { recursive: true });
}

/** Runs a command in the copy; prints its output, and lets the whole check fail, when it fails. */
function succeeds(program: string, ...programArguments: readonly string[]): boolean {
  const shell = process.platform === 'win32';
  const result = spawnSync(program, programArguments, { cwd: copy, env: environment(), encoding: 'utf8', shell });
  if (result.status === 0) return true;
  console.log(`${[program, ...programArguments].join(' ')} FAILED\n${result.stdout}${result.stderr}`);
  process.exitCode = 1;
  return false;
}

/** The tools of the copy, once they are installed, but the Node of this process: install scripts stay off. */
function environment(): NodeJS.ProcessEnv {
  const PATH = [join(copy, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  return { ...process.env, PATH, npm_config_ignore_scripts: 'true' };
}

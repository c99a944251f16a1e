/**
 * Type-checks the TypeScript snippets of all documents and runs them in the root of the workspace; tests among them, which
 * those are that show a file, run as tests.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSnippetFolder, type SnippetFile, writeSnippets } from './snippets/snippet-folder.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const limitSeconds = 120;

const folder = makeSnippetFolder(root);
try {
  const snippets = writeSnippets(root, folder);
  const types = spawnSync('tsc', ['-p', '.'], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  console.log(`types: ${types.status === 0 ? 'passed' : 'FAILED'}\n${types.stdout}${types.stderr}`);
  if (types.status !== 0) process.exitCode = 1;
  for (const snippet of snippets.filter(({ file }) => file === undefined)) runSnippet(snippet);
  runTests(snippets.flatMap(({ path }) => (path.endsWith('.test.ts') ? [path] : [])));
  if (snippets.length === 0) throw new Error('found no snippet');
} finally {
  rmSync(folder, { recursive: true });
}

function runSnippet({ name, path, isRun }: SnippetFile): void {
  if (!isRun) {
    console.log(`${name}: not run`);
    return;
  }
  // What snippets encode is not kept in the user's cache.
  const env = { ...process.env, LINCHPIN_CACHE: join(folder, 'cache') };
  const options = { cwd: root, env, encoding: 'utf8', timeout: limitSeconds * 1000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-C', '@linchpin/source', path], options);
  console.log(`${name}: ${status === 0 ? 'passed' : 'FAILED'}`);
  if (status === 0) return;
  console.log(stdout + stderr);
  process.exitCode = 1;
}

/** The conformance suites of the guides' examples. */
function runTests(paths: readonly string[]): void {
  const conditions = ['@linchpin/source'];
  const settings = { ssr: { resolve: { conditions, externalConditions: conditions } }, test: { include: paths } };
  writeFileSync(join(folder, 'vitest.config.ts'), `export default ${JSON.stringify(settings)};\n`);
  const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  const { status, stdout, stderr } = spawnSync('vitest', ['run', '--root', folder], options);
  console.log(`tests of ${paths.length} files: ${status === 0 ? 'passed' : 'FAILED'}`);
  if (status === 0) return;
  console.log(stdout + stderr);
  process.exitCode = 1;
}

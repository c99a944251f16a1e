/** Type-checks the TypeScript snippets of all READMEs and runs them in the root of the workspace. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
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
  for (const snippet of snippets) runSnippet(snippet);
  if (snippets.length === 0) throw new Error('found no snippet');
} finally {
  rmSync(folder, { recursive: true });
}

function runSnippet({ name, path, isRun }: SnippetFile): void {
  if (!isRun) {
    console.log(`${name}: not run`);
    return;
  }
  const options = { cwd: root, encoding: 'utf8', timeout: limitSeconds * 1000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-C', '@linchpin/source', path], options);
  console.log(`${name}: ${status === 0 ? 'passed' : 'FAILED'}`);
  if (status === 0) return;
  console.log(stdout + stderr);
  process.exitCode = 1;
}

/** Which code made a number. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageFile = new URL('../package.json', import.meta.url);

/** Version of the command. */
export const version: string = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;

/** Commit of the checkout that runs, `-dirty` appended when files differ from it; the version where there is no checkout. */
export async function codeVersion(): Promise<string> {
  const run = promisify(execFile);
  const options = { cwd: dirname(fileURLToPath(packageFile)) };
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD'], options);
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--untracked-files=no'], options);
    return commit.trim() + (changes === '' ? '' : '-dirty');
  } catch {
    return version;
  }
}

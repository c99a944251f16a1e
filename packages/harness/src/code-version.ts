/** Which code made a number. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Version of the harness, which records name. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

const packageFolder = fileURLToPath(new URL('..', import.meta.url));

/**
 * Commit of the checkout that runs, `-dirty` appended when tracked files differ from it; the version of the package where
 * there is no checkout of it.
 */
export async function codeVersion(): Promise<string> {
  try {
    const [commit] = await Promise.all([
      git('describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'),
      // Fails for a package that is installed inside another project's repository, whose commit would say nothing.
      git('ls-files', '--error-unmatch', 'package.json'),
    ]);
    return commit;
  } catch {
    return version;
  }
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: packageFolder });
  return stdout.trim();
}

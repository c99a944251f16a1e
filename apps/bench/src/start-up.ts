/** How long the command takes to its first result: what is left when next to nothing is scored. */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandFailed } from './errors.ts';

const entry = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

/** One item of the embedded data by the embedded model, of which nothing is kept. */
export const firstResult: readonly string[] = ['evaluate', '--tasks', 'piqa', '--limit', '1', '--no-store'];

/** Seconds from starting the command to its end, when it was run just before: files and compiled modules are cached. */
export async function secondsOfCommand(command: readonly string[] = firstResult): Promise<number> {
  await runCommand(command);
  const start = performance.now();
  await runCommand(command);
  return (performance.now() - start) / 1000;
}

/** Throws where the command does not end well. */
export async function runCommand(command: readonly string[] = firstResult): Promise<void> {
  try {
    // Elsewhere than here, where a configuration may lie.
    await promisify(execFile)(execPath, ['-C', '@linchpin/source', entry, ...command], { cwd: tmpdir() });
  } catch (cause) {
    throw commandFailed(command, cause as Error & { code: unknown; stderr: string });
  }
}

/** Runs a script of torch over a description of work, in a process of its own, and reads its last line. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process, { env } from 'node:process';
import { promisify } from 'node:util';
import { peerFailed } from './errors.ts';

export interface TorchPlace {
  readonly python: string;
  /** Takes the description of the work. */
  readonly folder: string;
}

/** On as many threads as the work says; one when absent. Throws where the script does not end well; what it said is on stderr then. */
export async function runTorch<Report>(
  script: string,
  work: Readonly<Record<string, unknown>> & { readonly threads?: number | undefined },
  { python, folder }: TorchPlace,
): Promise<Report> {
  const file = join(folder, 'work.json');
  await writeFile(file, JSON.stringify(work));
  const count = String(work.threads ?? 1);
  const options = { env: { ...env, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count }, maxBuffer: 2 ** 26 };
  try {
    const { stdout } = await promisify(execFile)(python, [script, file], options);
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Report;
  } catch (cause) {
    const { code, stderr = '' } = cause as { readonly code?: unknown; readonly stderr?: string };
    process.stderr.write(stderr);
    throw peerFailed(python, typeof code === 'number' ? code : null);
  }
}

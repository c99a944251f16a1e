/** The same requests by torch and transformers, in a process of their own: on a GPU where torch has one, else on the CPU. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process, { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ProductType } from '@linchpin/plugin-api';
import { peerFailed } from '../errors.ts';
import { requestsOf, type WorkloadOptions } from '../workload.ts';

const script = fileURLToPath(new URL('score_torch.py', import.meta.url));

export interface TorchScores {
  /** What computed: torch's version and the name of its device. */
  readonly device: string;
  readonly secondsOpening: number;
  readonly secondsScoring: number;
  readonly tokensPerSecond: number;
  /** Resident memory of the process, in bytes. */
  readonly peakMemory: number;
  readonly logLikelihoods: ReadonlyMap<string, number>;
}

type Report = Omit<TorchScores, 'logLikelihoods'> & { readonly logLikelihoods: Readonly<Record<string, number>> };

/** Batches of eight requests of like length, the whole model in the type. `folder` takes the description of the work. */
export async function torchScores(
  options: Pick<WorkloadOptions, 'model' | 'work' | 'bos' | 'threads'> & { readonly dtype: ProductType },
  { python, folder }: { readonly python: string; readonly folder: string },
): Promise<TorchScores> {
  const { model, dtype, threads = 1 } = options;
  const file = join(folder, 'scoring.json');
  await writeFile(file, JSON.stringify({ model, dtype, threads, batch: 8, requests: await requestsOf(options) }));
  const count = String(threads);
  const settings = { env: { ...env, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count }, maxBuffer: 2 ** 26 };
  try {
    const { stdout } = await promisify(execFile)(python, [script, file], settings);
    const { logLikelihoods, ...report } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Report;
    return { ...report, logLikelihoods: new Map(Object.entries(logLikelihoods)) };
  } catch (cause) {
    const { code, stderr = '' } = cause as { readonly code?: unknown; readonly stderr?: string };
    process.stderr.write(stderr);
    throw peerFailed(python, typeof code === 'number' ? code : null);
  }
}

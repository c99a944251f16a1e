/** The same requests by torch and transformers, in a process of their own: on a GPU where torch has one, else on the CPU. */
import { fileURLToPath } from 'node:url';
import type { ProductType } from '@linchpin/plugin-api';
import { runTorch, type TorchPlace } from '../run-torch.ts';
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

/** Batches of eight requests of like length, the whole model in the type. */
export async function torchScores(
  options: Pick<WorkloadOptions, 'model' | 'work' | 'bos'> & { readonly dtype: ProductType; readonly threads: number },
  place: TorchPlace,
): Promise<TorchScores> {
  const { model, dtype, threads } = options;
  const work = { model, dtype, threads, batch: 8, requests: await requestsOf(options) };
  const { logLikelihoods, ...report } = await runTorch<Report>(script, work, place);
  return { ...report, logLikelihoods: new Map(Object.entries(logLikelihoods)) };
}

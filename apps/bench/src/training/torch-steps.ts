/** The same steps by torch and transformers, in a process of their own. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openDecoder } from '@linchpin/models';
import { peerFailed } from '../errors.ts';
import { learningRate, type MeasuredSteps, randomIds, type TrainingWork } from './measure-steps.ts';
import { methodSettings } from './training-methods.ts';

const script = fileURLToPath(new URL('train_torch.py', import.meta.url));

interface TorchReport {
  readonly version: string;
  readonly losses: readonly number[];
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  readonly trained: number;
}

export interface TorchSteps extends MeasuredSteps {
  readonly version: string;
}

/** Float32, on as many threads as our session has. `folder` takes the description of the work. */
export async function torchSteps(
  work: TrainingWork,
  { python, folder }: { readonly python: string; readonly folder: string },
): Promise<TorchSteps> {
  const decoder = await openDecoder(work.model);
  const { lora, smt } = methodSettings(decoder);
  const { model, method, recompute, steps, threads } = work;
  const ids = randomIds(work, decoder.config.vocabularySize).map((row) => [...row]);
  const file = join(folder, 'training.json');
  const described = { model, method, recompute, steps, threads, learning_rate: learningRate, ids, lora };
  await writeFile(file, JSON.stringify({ ...described, blocks: smt.blocks }));
  const count = String(threads);
  const options = { env: { ...env, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count }, maxBuffer: 2 ** 26 };
  try {
    const { stdout } = await promisify(execFile)(python, [script, file], options);
    const { version, losses, seconds, cpuSeconds, peakMemory, trained } = JSON.parse(
      stdout.trim().split('\n').at(-1)!,
    ) as TorchReport;
    return { version, losses, best: { seconds, cpuSeconds }, peakMemory, trained };
  } catch (cause) {
    const { code, stderr = '' } = cause as { readonly code?: unknown; readonly stderr?: string };
    process.stderr.write(stderr);
    throw peerFailed(python, typeof code === 'number' ? code : null);
  }
}

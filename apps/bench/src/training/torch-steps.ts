/** The same steps by torch and transformers, in a process of their own. */
import { fileURLToPath } from 'node:url';
import { openDecoder } from '@linchpin/models';
import { runTorch, type TorchPlace } from '../run-torch.ts';
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

/** Float32, on as many threads as our session has. */
export async function torchSteps(work: TrainingWork, place: TorchPlace): Promise<TorchSteps> {
  const decoder = await openDecoder(work.model);
  const { lora, smt } = methodSettings(decoder);
  const { model, method, recompute, steps, threads } = work;
  const ids = randomIds(work, decoder.config.vocabularySize).map((row) => [...row]);
  const described = { model, method, recompute, steps, threads, learning_rate: learningRate, ids, lora };
  const report = await runTorch<TorchReport>(script, { ...described, blocks: smt.blocks }, place);
  const { version, losses, seconds, cpuSeconds, peakMemory, trained } = report;
  return { version, losses, best: { seconds, cpuSeconds }, peakMemory, trained };
}

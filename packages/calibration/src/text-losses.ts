/** The loss of a text under interventions, one after the other: what a setting is chosen by that no scored text may choose. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { makeFolders } from '@linchpin/files';
import { nextTokens, sequenceBatch } from '@linchpin/evaluator';
import { type HashedCheckpoint, layChain, openExecutor, type RunContext } from '@linchpin/execution';
import { encodedFolder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { noSamples } from './errors.ts';

export interface TextLossOptions {
  /** Token ids; those of one token alone predict nothing, and are left out. */
  readonly samples: readonly Int32Array[];
  /** Those that come before each candidate. */
  readonly interventions: readonly Intervention[];
  /** How the model is run, and where it is remembered what it gave. */
  readonly context: RunContext;
  /** Called for every sample under every candidate. */
  readonly onSample?: () => void;
}

/** Mean negative log-likelihoods in nats a predicted token, one a candidate. */
export async function textLosses(
  source: HashedCheckpoint,
  candidates: readonly Intervention[],
  { samples, interventions: before, context, onSample = () => {} }: TextLossOptions,
): Promise<number[]> {
  const losses: number[] = [];
  for (const candidate of candidates) {
    const interventions = [...before, candidate];
    const loss = await withTrialFolder(context, (own) =>
      lossOf(source, interventions, { samples, context: own, onSample }),
    );
    losses.push(loss);
  }
  return losses;
}

interface LossRun {
  readonly samples: readonly Int32Array[];
  readonly context: RunContext;
  readonly onSample: () => void;
}

/** A sample is a batch by itself: a candidate may look at whole sequences. */
async function lossOf(
  source: HashedCheckpoint,
  interventions: readonly Intervention[],
  { samples, context, onSample }: LossRun,
): Promise<number> {
  const decoder = await layChain(source, { interventions }, { context });
  const executor = await openExecutor(decoder, { checkpoint: source.checkpoint, chain: { interventions }, context });
  try {
    let [sum, predictions] = [0, 0];
    for (const sample of samples) {
      context.signal.throwIfAborted();
      onSample();
      if (sample.length < 2) continue;
      const ids = [...sample];
      const { logProbabilities } = await executor.run(sequenceBatch(ids, nextTokens(ids)));
      sum = logProbabilities.reduce((total, value) => total - value, sum);
      predictions += logProbabilities.length;
    }
    if (predictions === 0) throw noSamples('the samples on which losses are measured');
    return sum / predictions;
  } finally {
    await executor.release();
  }
}

/** What a candidate encodes is of no use after it: it goes to a folder that is removed. */
async function withTrialFolder<T>(context: RunContext, work: (own: RunContext) => Promise<T>): Promise<T> {
  const parent = context.settings.encodedFolder ?? encodedFolder(process.env);
  makeFolders(parent);
  const folder = await mkdtemp(join(parent, 'trial-'));
  context.temporaryFiles.note(folder);
  try {
    return await work({ ...context, settings: { ...context.settings, encodedFolder: folder } });
  } finally {
    await rm(folder, { recursive: true, force: true });
    context.temporaryFiles.forget(folder);
  }
}

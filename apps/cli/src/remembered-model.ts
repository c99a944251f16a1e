/** Opens a model such that the store is asked first, and names what its numbers depend on. */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { arch } from 'node:process';
import type { Checkpoint } from '@linchpin/models';
import { serializeGraph } from '@linchpin/onnx';
import type { DecoderGraph, Executor, Intervention } from '@linchpin/plugin-api';
import { rememberingExecutor } from '@linchpin/run-store';
import { castWeightsFor, createExecutor, engine } from '@linchpin/runtime';
import type { ModelFlags } from './flags.ts';
import { runtimeOptions } from './runtime-options.ts';
import type { BatchCounts } from './store/batch-counts.ts';
import { storeOf } from './store/open-stores.ts';

/** Raised whenever a batch's numbers can differ although everything else in the identity is the same. */
const format = 1;

/** What a decoder was laid from, and how it is run. */
export interface RememberedParts {
  readonly checkpoint: Pick<Checkpoint, 'contentHash'>;
  readonly chain: { readonly interventions: readonly Intervention[] };
  readonly flags: ModelFlags;
}

export interface OpenedExecutor extends Executor {
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
}

/**
 * An executor of the decoder. With a store it opens the session at the first batch that the store does not know.
 * Activations and run-time numbers are not remembered: a decoder that has any is always run.
 */
export async function openRemembered(decoder: DecoderGraph, parts: RememberedParts): Promise<OpenedExecutor> {
  const { flags } = parts;
  const open = (): Promise<Executor> => createExecutor(decoder, runtimeOptions(flags));
  if (decoder.readSites.length > 0 || decoder.parameters.length > 0) return await open();
  const store = await storeOf(flags);
  if (store === undefined) return await open();
  const executor = rememberingExecutor(store.batches, {
    identity: await identityOf(decoder, parts),
    contextLength: decoder.contextLength,
    vocabularySize: decoder.vocabularySize,
    isolatesSequences: decoder.isolatesSequences,
    fresh: flags.fresh === true,
    open,
  });
  return {
    contextLength: executor.contextLength,
    vocabularySize: executor.vocabularySize,
    isolatesSequences: executor.isolatesSequences === true,
    batches: executor,
    run: (batch) => executor.run(batch),
    release: () => executor.release(),
  };
}

/**
 * The sha256 of everything that decides a batch's numbers besides the batch. The graph holds the edited weights; what
 * lies outside of it is named by the checkpoint's content, and for encoded weights by the name of their file.
 */
async function identityOf(decoder: DecoderGraph, parts: RememberedParts): Promise<string> {
  const { checkpoint, chain, flags } = parts;
  const identity = {
    format,
    modelSha256: await checkpoint.contentHash(),
    chain: chain.interventions.map(({ name, version, settings }) => ({ name, version, settings })),
    graphSha256: createHash('sha256').update(serializeGraph(decoder.graph)).digest('hex'),
    contextLength: decoder.contextLength,
    execution: decoder.execution,
    castWeights: flags.castWeights ?? castWeightsFor(decoder),
    engine,
    threads: flags.threads ?? 'default',
    // Kernels are chosen by what the processor can do, and sum in another order.
    processor: `${arch} ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
  };
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/**
 * A decoder by stages of layers, of which one is in memory at a time: each runs over all batches that wait before the next one is
 * opened, and what the next ones need stays in main memory until then.
 */
import { setImmediate } from 'node:timers/promises';
import { internalError } from '@linchpin/errors';
import type { GraphPart } from '@linchpin/onnx';
import type { BatchOutput, DecoderGraph, PackedBatch, ParameterExecutor } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { batchFeeds, parameterFeeds, readOutputs } from './batch-tensors.ts';
import { createSession } from './create-session.ts';
import { batchFailed, unknownParameter } from './errors.ts';
import { owning } from './owned.ts';
import type { Session } from './placement.ts';
import type { SessionSettings } from './session-settings.ts';
import { cutStages, tokensAtOnce } from './stages.ts';

/** A batch that waits, with the values of its run-time numbers. */
interface Waiting {
  readonly batch: PackedBatch;
  readonly feeds: InferenceSession.FeedsType;
  readonly resolve: (output: BatchOutput) => void;
  readonly reject: (reason: unknown) => void;
}

/** Batches that are asked for without waiting for each other go through the stages together, in the order of asking. */
export async function createStagedExecutor(
  decoder: DecoderGraph,
  settings: SessionSettings & { readonly stages: number },
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ParameterExecutor> {
  return await owning(decoder, async (owned) => {
    if (decoder.prefix !== undefined) throw internalError('a graph that takes prefixes, by stages');
    const { contextLength, vocabularySize, isolatesSequences, parameters } = decoder;
    const most = tokensAtOnce(decoder, settings)!;
    const parts = cutStages(decoder, settings.stages);
    let now: SessionSettings = settings;
    const values = new Map(parameters.map(({ name, initial }) => [name, initial]));
    const waiting: Waiting[] = [];
    let isWorking = false;
    const work = async (): Promise<void> => {
      isWorking = true;
      while (waiting.length > 0) {
        // Whoever asks for several batches has done so by then.
        await setImmediate();
        const together = waiting.splice(0, countWithin(waiting, most));
        try {
          const outputs = await runStages(together, { decoder, parts, settings: now, signal });
          // Of where nodes are computed every stage has told by then.
          const { placement: _, ...untold } = now;
          now = untold;
          together.forEach(({ resolve }, index) => resolve(outputs[index]!));
        } catch (error) {
          for (const { reject } of together) reject(error);
        }
      }
      isWorking = false;
    };
    return {
      contextLength,
      vocabularySize,
      isolatesSequences,
      parameters,
      tokensAtOnce: most,
      setParameter(name, value) {
        if (!values.has(name)) throw unknownParameter(name, [...values.keys()]);
        values.set(name, value);
      },
      run: (batch) =>
        new Promise((resolve, reject) => {
          waiting.push({ batch, feeds: { ...batchFeeds(batch), ...parameterFeeds(values) }, resolve, reject });
          if (!isWorking) void work();
        }),
      release: owned.release,
    };
  });
}

/** How many from the first on have so many tokens together; at least one. */
function countWithin(waiting: readonly Waiting[], most: number): number {
  let tokens = 0;
  const beyond = waiting.findIndex(({ batch }, index) => {
    tokens += batch.rows * batch.rowLength;
    return index > 0 && tokens > most;
  });
  return beyond < 0 ? waiting.length : beyond;
}

interface StageRun {
  readonly decoder: DecoderGraph;
  readonly parts: readonly GraphPart[];
  readonly settings: SessionSettings;
  readonly signal: AbortSignal | undefined;
}

/** All stages, one after the other, over several batches. */
async function runStages(
  waiting: readonly Waiting[],
  { decoder, parts, settings, signal }: StageRun,
): Promise<BatchOutput[]> {
  /** Of each batch, what later stages and its reader need. */
  const given = waiting.map((): Record<string, InferenceSession.OnnxValueMapType[string]> => ({}));
  for (const [index, { graph, takes }] of parts.entries()) {
    const isTakenLater = new Set(parts.slice(index + 1).flatMap((part) => part.takes.map(({ name }) => name)));
    const session = await createSession({ ...decoder, graph }, settings);
    try {
      for (const [at, { batch, feeds }] of waiting.entries()) {
        signal?.throwIfAborted();
        const values = given[at]!;
        Object.assign(values, await runBatch(session, batch, { ...feeds, ...values }));
        for (const { name } of takes) if (!isTakenLater.has(name)) delete values[name];
      }
    } finally {
      await session.release();
    }
  }
  return given.map((outputs) => readOutputs(outputs, decoder));
}

async function runBatch(
  session: Session,
  batch: PackedBatch,
  feeds: InferenceSession.FeedsType,
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw batchFailed(batch, cause);
  }
}

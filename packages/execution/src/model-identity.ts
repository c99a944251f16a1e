/** What the numbers of a model depend on: two models whose batches may differ never have the same identity. */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { arch } from 'node:process';
import { graphDigest } from '@linchpin/onnx';
import type { DecoderGraph, Intervention } from '@linchpin/plugin-api';
import type { SessionSettings } from '@linchpin/runtime';
import { applied } from './chain.ts';

/** Raised whenever a batch's numbers can differ although everything else in the identity is the same. */
const format = 2;

/** What a decoder was laid from, and how its session is opened. */
export interface IdentityParts {
  readonly checkpoint: { contentHash(): Promise<string> };
  readonly interventions: readonly Intervention[];
  readonly settings: SessionSettings;
  /** This machine's when absent. */
  readonly processor?: string | undefined;
}

/** What is asked of a graph: one that scores and one that writes have it alike. */
export type IdentifiedGraph = Pick<DecoderGraph, 'graph' | 'contextLength' | 'parameters' | 'execution'>;

/**
 * The sha256 of everything that decides a batch's numbers besides the batch. The graph holds the edited weights; what
 * lies outside of it is named by the checkpoint's content, and for encoded weights by the name of their file. Why task,
 * data and BOS are not part of it: docs/decisions/0006-batches-are-remembered.md.
 */
export async function identityOf(
  decoder: IdentifiedGraph,
  { checkpoint, interventions, settings, processor = processorName() }: IdentityParts,
): Promise<string> {
  return hashOf({
    format,
    modelSha256: await checkpoint.contentHash(),
    chain: applied(interventions),
    graph: graphDigest(decoder.graph),
    contextLength: decoder.contextLength,
    parameters: decoder.parameters,
    execution: decoder.execution,
    castWeights: settings.castWeights,
    engine: settings.engine,
    threads: settings.threads,
    // What onnxruntime fuses across layers it does not fuse across sessions.
    stages: settings.stages,
    // Kernels are chosen by what the processor can do, and sum in another order.
    processor,
  });
}

/** What of the machine the numbers are remembered under: architecture, name, and number of processors. */
export function processorName(): string {
  return `${arch} ${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`;
}

/** The identity of a model at values of its run-time numbers. */
export function atValues(identity: string, values: ReadonlyMap<string, number>): string {
  return hashOf({ identity, values: [...values] });
}

/** That of a model whose distributions are measured against those of another. */
export function against(identity: string, reference: string): string {
  return hashOf({ identity, reference });
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Stages of layers: where a graph is cut, what a stage holds, and how many of them fit into the memory of a device. */
import process from 'node:process';
import { constantBytes, cutGraph, type GraphPart, knownBytes } from '@linchpin/onnx';
import { type DecoderGraph, graphInputs } from '@linchpin/plugin-api';
import { memoryUnknown, notByStages, tooLargeForDevice, tooManyStages } from './errors.ts';
import type { ChosenDevice, RuntimeOptions, SessionSettings } from './session-settings.ts';

/** What is asked of a graph that is cut. */
export type StagedGraph = Pick<DecoderGraph, 'graph' | 'layerInputs'>;

/** Most of a device's memory that weights may take; the rest is for what is computed from them. */
const weightShare = 0.8;

/** The first stage has the embedding besides its layers, the last one norm and head. Throws for more stages than layers. */
export function cutStages(decoder: StagedGraph, stages: number): GraphPart[] {
  return cutGraph(decoder.graph, graphInputs.tokenIds, cutPlaces(decoder, stages));
}

/** Throws for more stages than a model has layers. */
export function requireLayers(layers: number, { stages = 1 }: Pick<RuntimeOptions, 'stages'>): void {
  if (stages !== 'auto' && stages > Math.max(1, layers)) throw tooManyStages(stages, layers);
}

/** What enters each stage but the first; each has as many layers as the others, or one more. */
function cutPlaces({ layerInputs = [] }: Pick<StagedGraph, 'layerInputs'>, stages: number): string[] {
  const layers = layerInputs.length;
  requireLayers(layers, { stages });
  return Array.from({ length: stages - 1 }, (_, stage) => layerInputs[Math.round(((stage + 1) * layers) / stages)]!);
}

/**
 * How many stages there are: those that are asked for, or with `auto` as few as the device has memory for; undefined for one.
 * Throws where the device is known to have too little memory, with the number that would do.
 */
export function stagesFor(
  decoder: StagedGraph,
  { name, memory }: Pick<ChosenDevice, 'name' | 'memory'>,
  asked: NonNullable<RuntimeOptions['stages']> = 1,
): number | undefined {
  if (memory === undefined) {
    if (asked === 'auto') throw memoryUnknown(name);
    return cutPlaces(decoder, asked).length === 0 ? undefined : asked;
  }
  const most = weightShare * memory;
  const counts = Array.from({ length: decoder.layerInputs?.length ?? 1 }, (_, index) => index + 1);
  const enough = (): number | undefined => counts.find((count) => largestStage(decoder, count) <= most);
  const stages = asked === 'auto' ? (enough() ?? 1) : asked;
  const weights = largestStage(decoder, stages);
  if (weights > most) throw tooLargeForDevice(name, { weights, most, enough: enough() });
  return stages === 1 ? undefined : stages;
}

/** Bytes of the weights of the stage that has most of them. */
function largestStage(decoder: StagedGraph, stages: number): number {
  return Math.max(...cutStages(decoder, stages).map(({ graph }) => constantBytes(graph, true)));
}

/**
 * About how many tokens of batches are best asked for at once: as many as wait between two stages in an eighth of the free memory.
 * Undefined for a single session.
 */
export function tokensAtOnce(decoder: StagedGraph, { stages }: Pick<SessionSettings, 'stages'>): number | undefined {
  if (stages === undefined) return undefined;
  // Of values [tokens, width].
  const ofToken = Math.max(...cutStages(decoder, stages).map(({ gives }) => sum(gives.map(knownBytes))));
  return Math.max(1, Math.floor(process.availableMemory() / 8 / ofToken));
}

/** Throws for what needs all layers in one session where stages are asked for; `what` is a plural or has an article. */
export function requireWhole({ stages = 1 }: Pick<RuntimeOptions | SessionSettings, 'stages'>, what: string): void {
  if (stages !== 1) throw notByStages(what, stages);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

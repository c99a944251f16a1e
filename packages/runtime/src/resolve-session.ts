import process from 'node:process';
import type { DecoderGraph } from '@linchpin/plugin-api';
import type { Device } from './device.ts';
import { deviceCannot } from './errors.ts';
import { cpuChosen, findDevice } from './find-device.ts';
import { threadsFor } from './physical-cores.ts';
import type { CastWeights, RuntimeOptions, SessionSettings } from './session-settings.ts';
import { type StagedGraph, stagesFor } from './stages.ts';

/** What is asked of a graph; where there is none, nothing is said of stages. */
export type ResolvedGraph = Pick<DecoderGraph, 'halfPrecisionElements'> & Partial<StagedGraph>;

const largestShareOfMemory = 1 / 8;

/**
 * Decides whatever the options leave open, from what this machine has at the moment. The answer may be another one a
 * second later, so it is asked once for a model: what names its numbers and what opens its session take the same object.
 */
export function resolveSession(decoder: ResolvedGraph, options: RuntimeOptions = {}): SessionSettings {
  const chosen = options.device ?? cpuChosen();
  const device = findDevice(chosen.name);
  const { graph } = decoder;
  const stages = graph === undefined ? undefined : stagesFor({ ...decoder, graph }, chosen, options.stages);
  const held = { halfPrecisionElements: decoder.halfPrecisionElements / (stages ?? 1) };
  const castWeights =
    options.castWeights === undefined ? castWeightsFor(held, device) : castAsAsked(options.castWeights, device);
  return {
    device: chosen.name,
    engine: chosen.engine,
    threads: threadsFor(options.threads),
    castWeights,
    ...(stages === undefined ? {} : { stages }),
    // What is cast in every batch is no constant that could be packed.
    ...(options.packs === true && castWeights === 'once' ? { packs: true } : {}),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.placement === undefined ? {} : { placement: options.placement }),
  };
}

/** Settings of graphs whose weights are part of them, in float32. */
export function plainSession({ device, threads }: Pick<RuntimeOptions, 'device' | 'threads'> = {}): SessionSettings {
  return resolveSession({ halfPrecisionElements: 0 }, { device, threads });
}

function castAsAsked(asked: CastWeights, { name, castWeights }: Device): CastWeights {
  if (castWeights.includes(asked)) return asked;
  throw deviceCannot(name, `weights cast ${asked}`, `Leave --cast-weights out, or choose ${castWeights.join(' or ')}.`);
}

function castWeightsFor(
  { halfPrecisionElements }: Pick<DecoderGraph, 'halfPrecisionElements'>,
  { castWeights }: Device,
): CastWeights {
  if (castWeights.length === 1) return castWeights[0]!;
  return 4 * halfPrecisionElements <= largestShareOfMemory * process.availableMemory() ? 'once' : 'every-batch';
}

import process from 'node:process';
import type { DecoderGraph } from '@linchpin/plugin-api';
import { findDevice } from './find-device.ts';
import { threadsFor } from './physical-cores.ts';
import type { CastWeights, RuntimeOptions, SessionSettings } from './session-settings.ts';

const largestShareOfMemory = 1 / 8;

/**
 * Decides whatever the options leave open, from what this machine has at the moment. The answer may be another one a
 * second later, so it is asked once for a model: what names its numbers and what opens its session take the same object.
 */
export function resolveSession(
  decoder: Pick<DecoderGraph, 'halfPrecisionElements'>,
  options: RuntimeOptions = {},
): SessionSettings {
  const device = findDevice(options.device ?? 'cpu');
  return {
    device: device.name,
    engine: device.engine(),
    threads: threadsFor(options.threads),
    castWeights: options.castWeights ?? castWeightsFor(decoder),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  };
}

/** Settings of graphs whose weights are part of them, in float32. */
export function plainSession({ device, threads }: Pick<RuntimeOptions, 'device' | 'threads'> = {}): SessionSettings {
  return resolveSession({ halfPrecisionElements: 0 }, { device, threads });
}

function castWeightsFor({ halfPrecisionElements }: Pick<DecoderGraph, 'halfPrecisionElements'>): CastWeights {
  return 4 * halfPrecisionElements <= largestShareOfMemory * process.availableMemory() ? 'once' : 'every-batch';
}

import { serializeGraph } from '@linchpin/onnx';
import type { DecoderGraph } from '@linchpin/plugin-api';
import { InferenceSession } from 'onnxruntime-node';
import { sessionFailed } from './errors.ts';
import { requireExactIntegers } from './exact-integers.ts';
import { sessionOptions, type RuntimeOptions } from './session-options.ts';

/** A session over a graph whose weights stay in their files. Throws where its 8-bit products would be inexact. */
export async function createSession(
  decoder: Pick<DecoderGraph, 'graph' | 'weightFolder' | 'halfPrecisionElements'>,
  options: RuntimeOptions,
): Promise<InferenceSession> {
  await requireExactIntegers(decoder.graph);
  try {
    return await InferenceSession.create(serializeGraph(decoder.graph), sessionOptions(decoder, options));
  } catch (cause) {
    throw sessionFailed('the model could not be opened', cause);
  }
}

import { type Graph, serializeGraph } from '@linchpin/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import type { SessionGraph } from './device.ts';
import { sessionFailed } from './errors.ts';
import { requireExactIntegers } from './exact-integers.ts';
import { findDevice } from './find-device.ts';
import { onnxruntime } from './onnxruntime.ts';
import { type Session, withPlacement } from './placement.ts';
import type { SessionSettings } from './session-settings.ts';

/** A session over a graph whose weights stay in their files. Throws where its 8-bit products would be inexact. */
export async function createSession(
  decoder: SessionGraph & { readonly graph: Graph },
  settings: SessionSettings,
): Promise<Session> {
  await requireExactIntegers(decoder.graph, settings);
  const { device, placement } = settings;
  const open = async (profile = settings.profile): Promise<InferenceSession> => {
    try {
      const options = findDevice(device).sessionOptions(decoder, {
        ...settings,
        ...(profile === undefined ? {} : { profile }),
      });
      return await onnxruntime().InferenceSession.create(serializeGraph(decoder.graph), options);
    } catch (cause) {
      throw sessionFailed('the model could not be opened', cause);
    }
  };
  return placement === undefined ? await open() : await withPlacement(device, placement, open);
}

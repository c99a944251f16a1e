import { type Graph, serializeGraph } from '@linchpin/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import type { Device, SessionGraph } from './device.ts';
import { deviceLost, sessionFailed } from './errors.ts';
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
  const told = { ...decoder, float32Bytes: float32BytesInFiles(decoder.graph) };
  const open = async (profile = settings.profile): Promise<InferenceSession> => {
    try {
      const asked = profile === undefined ? settings : { ...settings, profile };
      const options = findDevice(device).sessionOptions(told, asked);
      return await onnxruntime().InferenceSession.create(serializeGraph(decoder.graph), options);
    } catch (cause) {
      throw sessionFailed('the model could not be opened', cause);
    }
  };
  const session = placement === undefined ? await open() : await withPlacement(device, placement, open);
  return sayingLost(session, findDevice(device));
}

function float32BytesInFiles({ initializers }: Graph): number {
  const lengths = initializers.map(({ value, data }) =>
    value.type === 'float32' && 'location' in data ? data.length : 0,
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Onnxruntime's error says what failed, and not that the device is gone and why to begin again. */
function sayingLost(session: Session, { name, lost }: Pick<Device, 'name' | 'lost'>): Session {
  let isLost = false;
  return {
    async run(feeds: InferenceSession.FeedsType) {
      try {
        return await session.run(feeds);
      } catch (cause) {
        isLost = cause instanceof Error && lost?.test(cause.message) === true;
        throw isLost ? deviceLost(name, cause) : cause;
      }
    },
    async release() {
      // What a lost device holds cannot always be freed; that it was lost is what has to be said.
      await session.release().catch((error: unknown) => {
        if (!isLost) throw error;
      });
    },
  };
}

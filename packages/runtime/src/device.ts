import type { DecoderGraph } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import type { SessionSettings } from './session-settings.ts';

/** Where a session computes: what differs from one kind of hardware to the next. Another one is another file in `devices`. */
export interface Device {
  /** As options and settings have it. */
  readonly name: string;
  /** Name and version of what computes; no two devices have the same, since they do not give the same numbers. */
  engine(): string;
  /** onnxruntime's options for a session over a graph. */
  sessionOptions(graph: SessionGraph, settings: SessionSettings): InferenceSession.SessionOptions;
}

/** What a device has to know of a graph; `weightFolder` is absent where all weights are part of it. */
export interface SessionGraph extends Partial<Pick<DecoderGraph, 'weightFolder'>> {
  /** Whether gradients are computed: then weights that are trained change between runs, and the others are read in two forms. */
  readonly isTrained?: boolean;
}

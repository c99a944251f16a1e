import type { DeviceName } from '@linchpin/defaults';
import type { DecoderGraph, Kernels, ProductType } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import type { CastWeights, SessionSettings } from './session-settings.ts';

/**
 * Where a session computes: what differs from one kind of hardware to the next. Another one is a file in `devices`, a place in
 * find-device.ts, and a name in `@linchpin/defaults`, where the command finds it without loading onnxruntime.
 */
export interface Device {
  /** As options and settings have it. */
  readonly name: DeviceName;
  /** What it is, for listings. */
  readonly summary: string;
  /** What has to be there for a session to open; absent for the CPU, which every machine has. */
  readonly needs?: DeviceNeeds;
  /** What graphs for it are laid from. */
  readonly kernels: Kernels;
  /** What it computes products in; `float32` is among them. */
  readonly products: readonly ProductType[];
  /** When half-precision weights can become float32. */
  readonly castWeights: readonly CastWeights[];
  /** What errors of a run have in them once the device is gone, unplugged or taken away by its driver; absent where none is known. */
  readonly lost?: RegExp;
  /** Whether gradients can be computed on it. */
  readonly trains: boolean;
  /** onnxruntime's options for a session over a graph. */
  sessionOptions(graph: SessionGraph, settings: SessionSettings): InferenceSession.SessionOptions;
}

/** What a device that not every machine has needs. */
export interface DeviceNeeds {
  /** Where onnxruntime-node has it: values of `process.platform`-`process.arch`. */
  readonly platforms: readonly string[];
  /** File beside onnxruntime's own library without which there is nothing to try. */
  readonly library?: string;
  /** What has to be installed where it cannot be opened, in a sentence. */
  readonly setUp: string;
  /** Whether `auto` may take it. */
  readonly isAutomatic: boolean;
}

/** What a device has to know of a graph; `weightFolder` is absent where all weights are part of it. */
export interface SessionGraph extends Partial<Pick<DecoderGraph, 'weightFolder'>> {
  /** Whether gradients are computed: then weights that are trained change between runs, and the others are read in two forms. */
  readonly isTrained?: boolean;
  /** Bytes of the float32 weights that stay in their files. */
  readonly float32Bytes?: number;
}

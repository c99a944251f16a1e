/** How models are run and where it is remembered what they gave: what everything that runs one is handed. */
import type { ProductType } from '@linchpin/plugin-api';
import type { BaseExecution, OpenOptions, PlanOptions } from '@linchpin/models';
import type { RunStore } from '@linchpin/run-store';
import { findDevice, type RuntimeOptions } from '@linchpin/runtime';
import type { Division } from './division.ts';
import { type Reporter, silentReporter } from './reporter.ts';
import { TemporaryFiles } from './temporary-files.ts';

/** What may be said about running models; what is absent is chosen, once for each model that is opened. */
export interface ModelSettings extends Pick<
  RuntimeOptions,
  'device' | 'threads' | 'castWeights' | 'stages' | 'placement'
> {
  /** How products with weights are carried out that no intervention carries out otherwise; `float32` when absent. */
  readonly execution?: BaseExecution;
  /** What products that nothing executes otherwise, and tables, are computed in; `float32` when absent. The device has to have it. */
  readonly dtype?: ProductType;
  /** Folder in which weights are kept that an execution encodes; `linchpin/encoded` in the user's folder of caches when absent. */
  readonly encodedFolder?: string;
  /** Most tokens that are run at once, which bounds memory. */
  readonly batchTokens?: number;
}

export interface RunContext {
  readonly settings: ModelSettings;
  /** The store, opened when it is first asked for; undefined where nothing is remembered. */
  readonly openStore: () => Promise<RunStore | undefined>;
  /** Computes everything again, and overwrites what the store knows of it. */
  readonly fresh: boolean;
  /** Ends the work between two batches. */
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly temporaryFiles: TemporaryFiles;
  /** Takes a share of the work, or only counts it; absent where all of it is done here. */
  readonly division?: Division;
}

/** A context; whatever is not given is nothing: no store, no words, no end before its time. */
export function createContext(given: Partial<RunContext> = {}): RunContext {
  return {
    settings: {},
    openStore: async () => undefined,
    fresh: false,
    signal: new AbortController().signal,
    reporter: silentReporter,
    temporaryFiles: new TemporaryFiles(),
    ...given,
  };
}

export type LayingOptions = Pick<
  PlanOptions,
  'execution' | 'dtype' | 'kernels' | 'encodedFolder' | 'onRebuild' | 'onMatrix'
>;

/** How graphs are laid: from what the device computes, how products are executed, and what becomes of the weights that this encodes. */
export function layingOptions({
  settings,
  reporter,
  signal,
}: Pick<RunContext, 'settings' | 'reporter' | 'signal'>): LayingOptions {
  const { device, execution, dtype, encodedFolder } = settings;
  const meters = { edited: reporter.meter('matrices edited'), encoded: reporter.meter('matrices encoded') };
  return {
    execution,
    dtype,
    ...(device === undefined ? {} : { kernels: findDevice(device.name).kernels }),
    ...(encodedFolder === undefined ? {} : { encodedFolder }),
    onRebuild: (file, reason) => reporter.remark(`encoded again: ${file}, because ${reason}`),
    onMatrix(work, done, total) {
      signal.throwIfAborted();
      meters[work](done, total);
    },
  };
}

export type ConvertingOptions = Pick<OpenOptions, 'encodedFolder' | 'onRebuild' | 'onConvert' | 'onConverted'>;

/** How weights are kept that no graph can map as their file has them. */
export function convertingOptions({
  settings: { encodedFolder },
  reporter,
  signal,
}: Pick<RunContext, 'settings' | 'reporter' | 'signal'>): ConvertingOptions {
  const meter = reporter.meter('tensors converted');
  return {
    ...(encodedFolder === undefined ? {} : { encodedFolder }),
    onConvert: (file, bytes) =>
      reporter.remark(
        `converted once: ${file} is going to take ${(bytes / 2 ** 20).toFixed(1)} MiB; it may be removed between runs`,
      ),
    onRebuild: (file, reason) => reporter.remark(`converted again: ${file}, because ${reason}`),
    onConverted(done, total) {
      signal.throwIfAborted();
      meter(done, total);
    },
  };
}

/** Laying for what is found out about the model itself, and not about an execution of it: activation scales, super weights. */
export function float32Laying(context: Pick<RunContext, 'settings' | 'reporter' | 'signal'>): LayingOptions {
  return { ...layingOptions(context), execution: 'float32', dtype: 'float32' };
}

/** The bound of a batch, as far as it is given. */
export function batchBound({ settings: { batchTokens } }: Pick<RunContext, 'settings'>): { batchTokens?: number } {
  return batchTokens === undefined ? {} : { batchTokens };
}

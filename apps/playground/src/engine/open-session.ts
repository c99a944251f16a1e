/** A session of onnxruntime-web over the packed graph: on the processor by WebAssembly, or on the graphics card by WebGPU. */
import { weightsFile } from '@linchpin/playground';
import type * as OnnxRuntime from 'onnxruntime-web';
import processorModule from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import processorBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import graphicsModule from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import graphicsBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import type { CachedTensor } from '@linchpin/plugin-api';
import type { Session } from './adjusted-sequence.ts';
import type { Fed } from './adjustment.ts';

export type Device = 'wasm' | 'webgpu';

export interface SessionFiles {
  readonly graph: Uint8Array;
  readonly weights: Uint8Array;
  readonly cache: readonly CachedTensor[];
}

export interface OpenedSession extends Session {
  readonly device: Device;
  readonly threads: number;
}

/** Most threads: more than the cores of most phones and laptops that are fast wait for the slow ones. */
const mostThreads = 4;

export async function openSession(device: Device, { graph, weights, cache }: SessionFiles): Promise<OpenedSession> {
  const ort: typeof OnnxRuntime =
    device === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  // Threads need memory that is shared, which browsers give to pages with cross-origin headers alone.
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths =
    device === 'webgpu'
      ? { mjs: absolute(graphicsModule), wasm: absolute(graphicsBinary) }
      : { mjs: absolute(processorModule), wasm: absolute(processorBinary) };
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [device],
    externalData: [{ path: weightsFile, data: weights }],
    graphOptimizationLevel: 'all',
    // Errors alone: which node is computed where is no news.
    logSeverityLevel: 3,
    // Keys and values stay where they are computed.
    ...(device === 'webgpu'
      ? { preferredOutputLocation: Object.fromEntries(cache.map(({ present }) => [present, 'gpu-buffer' as const])) }
      : {}),
  });
  return {
    device,
    threads,
    run: inTurns(ort, session),
    free: (past) => tensorsOf(past).forEach((tensor) => tensor.dispose()),
  };
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}

function tensorsOf(past: Readonly<Record<string, unknown>>): OnnxRuntime.Tensor[] {
  return Object.values(past) as OnnxRuntime.Tensor[];
}

/** A session takes one run at a time; those that come meanwhile wait. */
function inTurns(ort: typeof OnnxRuntime, session: OnnxRuntime.InferenceSession): Session['run'] {
  let last: Promise<unknown> = Promise.resolve();
  const tensorOf = ({ type, data, dims }: Fed): OnnxRuntime.Tensor => new ort.Tensor(type, data as Float32Array, dims);
  return async (feeds, past, fetches) => {
    const run = last.then(async () => {
      const fed = Object.fromEntries(Object.entries(feeds).map(([name, each]) => [name, tensorOf(each)]));
      return await session.run({ ...fed, ...(past as Record<string, OnnxRuntime.Tensor>) }, [...fetches]);
    });
    last = run.catch(() => {});
    const outputs = await run;
    return {
      floats: async (name) => (await outputs[name]!.getData()) as Float32Array,
      kept: (name) => outputs[name],
    };
  };
}

/** The engine in its worker, as the page calls it. */
import { proxy, type Remote, wrap } from 'comlink';
import type { LoadProgress } from '../engine/model-files.ts';
import type { OpenedFacts, OpenRequest, PlaygroundEngine, WriteRequest } from '../engine/playground-engine.ts';
import type { WrittenToken } from '../engine/write-beside.ts';

export interface EngineClient {
  readonly engine: Remote<PlaygroundEngine>;
  open(request: OpenRequest, onProgress: (progress: LoadProgress) => void): Promise<OpenedFacts>;
  write(request: WriteRequest, onToken: (token: WrittenToken) => void): Promise<void>;
  /** Ends the worker, and all that it computes. */
  end(): void;
}

export function startEngine(onFailure: (message: string) => void): EngineClient {
  const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', (event) => onFailure(event.message || 'the worker could not be started'));
  const engine = wrap<PlaygroundEngine>(worker);
  return {
    engine,
    open: async (request, onProgress) => await engine.open(request, proxy(onProgress)),
    write: async (request, onToken) => await engine.write(request, proxy(onToken)),
    end: () => worker.terminate(),
  };
}

/** Opens the model in a worker, on the device that the state names. */
import { useEffect, useState } from 'preact/hooks';
import type { LoadProgress } from '../engine/model-files.ts';
import type { OpenedFacts } from '../engine/playground-engine.ts';
import { type EngineClient, startEngine } from './engine-client.ts';
import type { PageState } from './page-state.ts';

export interface ModelState {
  readonly client?: EngineClient;
  readonly facts?: OpenedFacts;
  readonly progress?: LoadProgress;
  /** Set where nothing more comes. */
  readonly failure?: string;
}

export function useModel(device: PageState['device']): ModelState {
  const [state, setState] = useState<ModelState>({});
  useEffect(() => {
    let isCurrent = true;
    const tell = (change: ModelState): void => {
      if (isCurrent) setState((before) => ({ ...before, ...change }));
    };
    setState({});
    const client = startEngine((failure) => tell({ failure }));
    client
      .open({ base: document.baseURI, device }, (progress) => tell({ progress }))
      .then((facts) => tell({ client, facts }))
      .catch((error: unknown) => tell({ failure: error instanceof Error ? error.message : String(error) }));
    return () => {
      isCurrent = false;
      client.end();
    };
  }, [device]);
  return state;
}

import type { BatchOutput } from '@linchpin/plugin-api';
import { keyName } from './batch-key.ts';
import type { BatchStore } from './batch-store.ts';

/** A store that lasts as long as its process and is seen by nobody else, so that every batch may be claimed. */
export function memoryBatchStore(): BatchStore {
  const outputs = new Map<string, BatchOutput>();
  return {
    async get(key) {
      const known = outputs.get(keyName(key));
      return known === undefined ? undefined : copyOf(known);
    },
    async put(given) {
      for (const [key, output] of given) outputs.set(keyName(key), copyOf(output));
    },
    claim: async () => true,
    unclaim: async () => {},
  };
}

/** Whoever gave or gets an output may write over it. */
function copyOf({ logProbabilities, greedyIds, unresolved, activations }: BatchOutput): BatchOutput {
  return {
    logProbabilities: logProbabilities.slice(),
    greedyIds: greedyIds.slice(),
    ...(unresolved === undefined ? {} : { unresolved: unresolved.slice() }),
    activations: new Map(Array.from(activations, ([site, values]) => [site, values.slice()])),
  };
}

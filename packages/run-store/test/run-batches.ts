/**
 * A run that can be killed: runs batches on a toy through the store of the folder that is its argument, and prints
 * every result. Each batch that is really computed adds a byte to the file `computed`.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { PackedBatch } from '@linchpin/plugin-api';
import { openRunStore, rememberingExecutor } from '@linchpin/run-store';
import { toyExecutor } from '@linchpin/testing';

const batches = 65;
const batchMilliseconds = 3;

const folder = argv[2]!;
const store = openRunStore(folder);
const toy = toyExecutor();
const executor = rememberingExecutor(store.batches, {
  identity: 'toy',
  contextLength: toy.contextLength,
  vocabularySize: toy.vocabularySize,
  open: async () => ({
    ...toy,
    async run(batch) {
      await wait(batchMilliseconds);
      const output = await toy.run(batch);
      appendFileSync(join(folder, 'computed'), '.');
      return output;
    },
  }),
});

/** A row that is one chain of tokens, every one scored. */
function chain(seed: number): PackedBatch {
  const length = 4 + (seed % 5);
  const all = Int32Array.from({ length }, (_, at) => at);
  const ids = all.map((at) => (seed * 7 + at * 3) % toy.vocabularySize);
  const subtreeEnds = new Int32Array(length).fill(length);
  return {
    rows: 1,
    rowLength: length,
    tokenIds: ids,
    positions: all,
    subtreeEnds,
    scoredTokens: all,
    targetRows: all,
    targetIds: ids,
  };
}

let printed = '';
for (let seed = 0; seed < batches; seed++) {
  const { logProbabilities, greedyIds } = await executor.run(chain(seed));
  printed += `${JSON.stringify([[...logProbabilities], [...greedyIds]])}\n`;
}
store.close();
stdout.write(printed);

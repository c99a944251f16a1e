/**
 * Tokens behind a prefix whose keys and values are kept, in every family, against transformers 5.23.0: rotary and learned
 * positions, biases by distance and windows go on behind it. The tolerance is that of the checkpoints' README.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { describeShared, largestDifference, readSharedJson, sequenceBatch, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { withAlibiTwice } from './alibi-twice.ts';

const tolerance = 1.5e-4;
const root = 'golden/families';
/** Their rotary positions depend on the length of the whole request. */
const byLength = ['phi3-su', 'phi3-longrope-partial'];

const names = (existsSync(sharedPath(root)) ? readdirSync(sharedPath(root)) : []).filter((name) =>
  existsSync(sharedPath(join(root, name, 'expected.json'))),
);

describeShared('checkpoints give behind a prefix what transformers gives', [root], () => {
  it.each(names)('%s', async (name) => {
    const expected = readSharedJson(join(root, name, 'expected.json')) as {
      input_ids: number[][];
      logprob_next: number[][];
    };
    const opened = await openDecoder(sharedPath(join(root, name)));
    const decoder = await layCheckpoint(name === 'falcon-alibi' ? withAlibiTwice(opened) : opened, {
      sharesPrefixes: true,
    });
    expect(decoder.prefix === undefined).toBe(byLength.includes(name));
    if (decoder.prefix === undefined) return;
    const executor = await createExecutor(decoder, plainSession({ threads: 1 }));
    for (const [index, ids] of expected.input_ids.entries()) {
      const split = Math.max(1, Math.floor((ids.length * (index + 1)) / (expected.input_ids.length + 1)));
      const batch = sequenceBatch(ids.slice(split), executor.vocabularySize);
      const { logProbabilities } = await executor.run({
        ...batch,
        positions: batch.positions.map((position) => split + position),
        prefix: { tokenIds: Int32Array.from(ids.slice(0, split)), partLength: 7 },
      });
      const rest = expected.logprob_next[index]!.slice(split);
      expect(largestDifference(logProbabilities.subarray(0, rest.length), Float32Array.from(rest))).toBeLessThan(
        tolerance,
      );
    }
    await executor.release();
  });
});

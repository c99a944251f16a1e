import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { families, openDecoder } from '@linchpin/models';
import { writeSafetensors } from '@linchpin/safetensors';
import { runSequence, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { checkpoints, type SavedCheckpoint, tensorsOf, tokens } from './saved-checkpoints.ts';

async function write(folder: string, checkpoint: SavedCheckpoint): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify(checkpoint.config));
  const tensors = tensorsOf(checkpoint).map((tensor) => ({ ...tensor, dtype: 'F32' }));
  await writeSafetensors(join(folder, 'model.safetensors'), tensors);
}

describe('checkpoints that transformers 5 saved', () => {
  it('are of every family', () => {
    expect(Object.keys(checkpoints)).toEqual(expect.arrayContaining(families.flatMap(({ modelTypes }) => modelTypes)));
  });

  const root = temporaryFolder();

  it.each(Object.entries(checkpoints))('%s opens and gives its numbers', async (name, checkpoint) => {
    const folder = join(root, name);
    await mkdir(folder);
    await write(folder, checkpoint);
    const { warnings, head } = await openDecoder(folder);
    const isDisputed = name.endsWith('tied but with a head');
    expect(warnings).toEqual(isDisputed ? [expect.stringContaining(`; ${head} is used, as transformers 5 does`)] : []);
    expect(head !== undefined).toBe(isDisputed);
    const executor = await openExecutor(folder);
    const { nextLogProbabilities } = await runSequence(executor, tokens);
    await executor.release();
    const expected = checkpoint.logProbabilities.map((value) => expect.closeTo(value, 4) as number);
    expect([...nextLogProbabilities]).toEqual(expected);
  });
});

/** What is told of where nodes are computed, and that its files go. On the CPU, which leaves nothing to another. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createExecutor, type Placement, resolveSession } from '@linchpin/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addMissingWeights, batch, type CountedFiles, countedFiles, decoderGraph } from './counted-files.ts';

let folder: string;
let files: CountedFiles;
let told: Placement[];

beforeEach(() => {
  files = countedFiles();
  folder = join(files.folder, 'profiles');
  mkdirSync(folder);
  told = [];
});
afterEach(() => files.remove());

const open: typeof createExecutor = async (decoder) =>
  await createExecutor(
    decoder,
    resolveSession(decoder, { threads: 1, placement: { folder, tell: (placement) => void told.push(placement) } }),
  );

it('is told once, after the first run', async () => {
  const executor = await open(files.decoder());
  expect(told).toEqual([]);
  const first = await executor.run(batch);
  // Casts of the targets and of the number of tokens, their shape, the product, and the targets as they are.
  expect(told).toEqual([{ device: 'cpu', nodes: 5, onCpu: new Map(), copies: 0 }]);
  expect(readdirSync(folder)).toEqual([]);
  expect(await executor.run(batch)).toEqual(first);
  expect(told).toHaveLength(1);
  await executor.release();
  expect(readdirSync(folder)).toEqual([]);
});

it('is not told of a session that runs nothing, and leaves no file', async () => {
  await (await open(files.decoder())).release();
  await expect(open(files.decoder({ graph: decoderGraph(addMissingWeights) }))).rejects.toMatchObject({
    code: 'runtime/session-failed',
  });
  expect(told).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

it('says when onnxruntime leaves no profile', async () => {
  const executor = await open(files.decoder());
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  await expect(executor.run(batch)).rejects.toMatchObject({ code: 'runtime/placement-unknown' });
  await executor.release();
});

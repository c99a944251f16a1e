/** A model gives the same bits, whatever the format of its weights: what FEATURES.md says of families and formats. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { createExecutor } from '@linchpin/runtime';
import { writeSafetensors } from '@linchpin/safetensors';
import { repositoryRoot, runSequence, temporaryFolder } from '@linchpin/testing';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { checkpoints, type MadeTensor, tensorsOf, tokens } from './saved-checkpoints.ts';

const encodedFolder = temporaryFolder();

async function logProbabilitiesOf(path: string, ids: readonly number[]): Promise<Float32Array> {
  const executor = await createExecutor(await layCheckpoint(await openDecoder(path, { encodedFolder })));
  const { nextLogProbabilities, lastLogProbabilities } = await runSequence(executor, ids);
  await executor.release();
  return Float32Array.of(...nextLogProbabilities, ...lastLogProbabilities);
}

describe('pytorch_model.bin', () => {
  it.each(Object.entries(checkpoints))('of %s gives the numbers of model.safetensors', async (_, checkpoint) => {
    const [pickled, safe] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [pickled, safe]) writeFileSync(join(folder, 'config.json'), JSON.stringify(checkpoint.config));
    const tensors = tensorsOf(checkpoint);
    writeFileSync(join(pickled, 'pytorch_model.bin'), savedByTorch(tensors));
    await writeSafetensors(
      join(safe, 'model.safetensors'),
      tensors.map((tensor) => ({ ...tensor, dtype: 'F32' })),
    );
    expect(await logProbabilitiesOf(pickled, tokens)).toEqual(await logProbabilitiesOf(safe, tokens));
  });
});

/** As torch.save writes a state_dict of float32. */
function savedByTorch(tensors: readonly MadeTensor[]): Uint8Array {
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.from('X'), number(Buffer.byteLength(value)), Buffer.from(value)]);
  const int = (value: number): Buffer => Buffer.concat([Buffer.from('J'), number(value)]);
  const tuple = (...items: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]);
  const entries = tensors.flatMap(({ name, shape, bytes }, key) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    const storage = tuple(
      text('storage'),
      Buffer.from('ctorch\nFloatStorage\n'),
      text(String(key)),
      text('cpu'),
      int(bytes.length / 4),
    );
    const place = [
      Buffer.concat([storage, Buffer.from('Q')]),
      int(0),
      tuple(...shape.map(int)),
      tuple(...strides.map(int)),
    ];
    const hooks = Buffer.from('ccollections\nOrderedDict\n)R');
    const argument = tuple(...place, Buffer.from([0x89]), hooks);
    return [text(name), Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n'), argument, Buffer.from('R')];
  });
  const pickle = Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('}('), ...entries, Buffer.from('u.')]);
  const data = Object.fromEntries(tensors.map(({ bytes }, key) => [`archive/data/${key}`, bytes]));
  return zipSync({ 'archive/data.pkl': pickle, ...data }, { level: 0 });
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const fixtures = join(repositoryRoot, 'packages/models/test/fixtures/gguf');
const files = readdirSync(fixtures).filter((name) => name.endsWith('.gguf'));

describe('a GGUF file', () => {
  it.each(files)('%s gives the numbers of what transformers reads out of it', async (name) => {
    const twin = join(temporaryFolder(), 'twin');
    mkdirSync(twin);
    const stem = basename(name, '.gguf');
    cpSync(join(fixtures, `${stem}.json`), join(twin, 'config.json'));
    cpSync(join(fixtures, `${stem}.safetensors`), join(twin, 'model.safetensors'));
    const ids = [1, 5, 9, 13, 17, 3, 8, 19];
    const found = await logProbabilitiesOf(join(fixtures, name), ids);
    const expected = await logProbabilitiesOf(twin, ids);
    // Weights of 16 bits stay so, and are multiplied as float32.
    expect(found).toEqual(expected);
  });
});

/** Fixtures: scripts/pytorch_checkpoints.py. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileHash, openDecoder } from '@linchpin/models';
import { temporaryFolder, testWeightFormat } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { pytorch } from '../src/formats/pytorch.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/pytorch/${name}`, import.meta.url));

const context = { hashFile: fileHash, encodedFolder: temporaryFolder() };

testWeightFormat({
  format: pytorch,
  folder: fixture('opt'),
  twin: join(fixture('opt'), 'twin', 'model.safetensors'),
  files: ['pytorch_model.bin'],
  open: (from, names) => pytorch.open(from, names, context),
});

testWeightFormat({
  format: pytorch,
  folder: fixture('gpt_neox'),
  twin: join(fixture('gpt_neox'), 'twin', 'model.safetensors'),
  files: ['pytorch_model.bin.index.json', 'pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'],
  open: (from, names) => pytorch.open(from, names, context),
});

it.each(['opt', 'gpt_neox'])('opens %s as its twin in safetensors', async (name) => {
  const [decoder, twin] = [await openDecoder(fixture(name)), await openDecoder(join(fixture(name), 'twin'))];
  expect(decoder.config).toEqual(twin.config);
  expect(decoder.checkpoint.format.name).toBe('pytorch');
  expect(decoder.warnings).toEqual([]);
  expect([...decoder.tensors.keys()].toSorted()).toEqual([...twin.tensors.keys()].toSorted());
});

it('takes safetensors where a folder has both', async () => {
  const folder = temporaryFolder();
  cpSync(fixture('opt'), folder, { recursive: true });
  cpSync(join(folder, 'twin', 'model.safetensors'), join(folder, 'model.safetensors'));
  expect((await openDecoder(folder)).checkpoint.format.name).toBe('safetensors');
});

it('never opens a shard outside the folder', async () => {
  const folder = temporaryFolder();
  cpSync(fixture('gpt_neox'), folder, { recursive: true });
  const index = join(folder, 'pytorch_model.bin.index.json');
  writeFileSync(index, readFileSync(index, 'utf8').replaceAll('pytorch_model-00001', '../pytorch_model-00001'));
  await expect(openDecoder(folder)).rejects.toMatchObject({ code: 'models/shard-outside-folder' });
});

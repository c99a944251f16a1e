import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { folderTexts } from '../checkpoint-texts.ts';
import { readEndIds } from './end-ids.ts';

const root = await mkdtemp(join(tmpdir(), 'linchpin-end-ids-'));
afterAll(() => rm(root, { recursive: true }));

const own = join(root, 'generation_config.json');
const read = (config: Readonly<Record<string, unknown>>): Promise<readonly number[]> =>
  readEndIds({ ...folderTexts(root), config, configFile: 'config.json' });

beforeEach(() => rm(own, { force: true }));

it('takes one id, a list, or none from config.json', async () => {
  expect(await read({ eos_token_id: 2 })).toEqual([2]);
  expect(await read({ eos_token_id: [128_001, 128_009] })).toEqual([128_001, 128_009]);
  expect(await read({ eos_token_id: null })).toEqual([]);
  expect(await read({})).toEqual([]);
});

it('takes what generation_config.json says, also where it names none', async () => {
  await writeFile(own, '{"eos_token_id": [7, 8]}');
  expect(await read({ eos_token_id: 2 })).toEqual([7, 8]);
  await writeFile(own, '{"do_sample": true}');
  expect(await read({ eos_token_id: 2 })).toEqual([]);
});

it('says which file and field is wrong', async () => {
  await expect(read({ eos_token_id: '2' })).rejects.toMatchObject({
    code: 'models/config-field-invalid',
    problem: { subject: expect.stringContaining('config.json') },
  });
  await writeFile(own, '{"eos_token_id": "</s>"}');
  await expect(read({})).rejects.toMatchObject({ problem: { subject: expect.stringContaining(own) } });
});

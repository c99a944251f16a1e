import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { defineConfig } from './linchpin-config.ts';
import { modelPath, namedChain } from './named.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-named-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'checkpoint'));

const config = defineConfig({
  model: './checkpoint',
  models: { own: './checkpoint', hub: 'org/model' },
  interventions: { both: ['amplify:{"factor": 2}', { name: 'quantize' }, 'prune-super-weight'] },
});

it('names of models stand for folders beside the file, or for what is written', () => {
  expect(modelPath('own', { config, folder })).toBe(join(folder, 'checkpoint'));
  expect(modelPath('./checkpoint', { config, folder })).toBe(join(folder, 'checkpoint'));
  expect(modelPath('hub', { config, folder })).toBe('org/model');
  // A name that the file does not know is a path or a Hub id, and no folder of the file's.
  expect(modelPath('checkpoint', { config, folder })).toBe('checkpoint');
  expect(modelPath('toString', { config, folder })).toBe('toString');
});

it('names of chains stand for interventions with settings as values', () => {
  expect(namedChain('both', config)).toEqual([
    { name: 'amplify', settings: { factor: 2 } },
    { name: 'quantize' },
    'prune-super-weight',
  ]);
  expect(namedChain('toString', config)).toBeUndefined();
});

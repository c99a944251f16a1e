import type { Intervention, Json, ProductExecution } from '@linchpin/plugin-api';
import { expect, it } from 'vitest';
import { EditEffects } from '../edit/edit-effects.ts';
import type { ModelEdits } from '../edit/model-editor.ts';
import { editedKey, encodingKey } from './encoding-key.ts';

interface Facts {
  readonly settings?: Json;
  readonly version?: number;
  readonly encoding?: Json;
  readonly module?: string;
}

const lays: ProductExecution['lay'] = ({ x }) => x;

function edits({ settings = {}, version = 1, encoding = {}, module = 'a' }: Facts): ModelEdits {
  const intervention: Intervention = { name: 'quantize', version, settings, edit: () => {} };
  const execution = { name: 'int8', encoding, encode: () => [], lay: lays };
  const matrix = async () => ({ values: new Float32Array(1), changed: 0 });
  return {
    weights: new Map(),
    scaled: new Map(),
    sites: new Map(),
    products: new Map([[module, { execution, shape: [1, 1], matrix }]]),
    encodedChain: [intervention],
    parameters: [],
    beyondWeights: [],
    isolatedBy: [],
    effects: new EditEffects(),
  };
}

it('is the same for the same facts, and another for every other fact', () => {
  const keys = [
    encodingKey('hash', edits({})),
    encodingKey('other', edits({})),
    encodingKey('hash', edits({ settings: { bits: 4 } })),
    encodingKey('hash', edits({ version: 2 })),
    encodingKey('hash', edits({ encoding: { bits: 4 } })),
    encodingKey('hash', edits({ module: 'b' })),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(encodingKey('hash', edits({}))).toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
});

it('names edited copies by checkpoint and chain', () => {
  const prune: Intervention = { name: 'prune', version: 1, settings: { layer: 2 }, edit: () => {} };
  const keys = [
    editedKey('hash', [prune]),
    editedKey('other', [prune]),
    editedKey('hash', [prune, prune]),
    editedKey('hash', [{ ...prune, settings: { layer: 3 } }]),
    editedKey('hash', [{ ...prune, version: 2 }]),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(editedKey('hash', [{ ...prune }])).toBe(keys[0]);
});

import { describe, expect, it } from 'vitest';
import { editFromText, editToText, initialState, type PageState, stateFromHash, stateToHash } from './page-state.ts';

const full: PageState = {
  step: undefined,
  prompt: 'A "quoted" text, with & and = and\na line.',
  edits: [
    { layer: 1, name: 'mlp.down_proj', row: 100, column: 300, kind: 'factor', amount: 0 },
    { layer: 11, name: 'self_attn.q_proj', row: 0, column: 7, kind: 'value', amount: -1.5e-7 },
  ],
  unreadEdits: [],
  restores: true,
  tokens: 80,
  temperature: 0.7,
  seed: 12,
  layer: 3,
  device: 'webgpu',
};

describe('a link', () => {
  it.each([full, { ...full, step: 4 }, initialState])('gives back the state that it was made of', (state) => {
    expect(stateFromHash(`#${stateToHash(state)}`)).toEqual(state);
  });

  it('is empty where nothing differs', () => {
    expect(stateToHash(initialState)).toBe('');
  });

  it.each(['#tokens=0&temperature=-1&seed=x&step=9&device=tpu&edit=nonsense', '#%E0%A4%A', '#&&=='])(
    'that is damaged gives what can be read: %s',
    (hash) => {
      expect(stateFromHash(hash)).toMatchObject({
        tokens: 40,
        temperature: 0,
        seed: 0,
        step: 0,
        device: 'wasm',
        edits: [],
      });
    },
  );
});

it.each(['1.mlp.down_proj:1:2*Infinity', '1.mlp.down_proj:1:2', '-1.x:1:2*0', '1.x:1.5:2*0', 'x'])(
  'refuses %s',
  (text) => {
    expect(editFromText(text)).toBeUndefined();
  },
);

it('keeps the changes of a link that cannot be read, to be named', () => {
  const { edits, unreadEdits } = stateFromHash('#edit=1.mlp.down_proj:1:2*0&edit=1.mlp.down_proj:1:300*abc');
  expect(edits).toHaveLength(1);
  expect(unreadEdits).toEqual(['1.mlp.down_proj:1:300*abc']);
});

it('writes a scalar as one word', () => {
  expect(editToText(full.edits[0]!)).toBe('1.mlp.down_proj:100:300*0');
});

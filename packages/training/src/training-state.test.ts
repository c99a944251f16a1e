import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SavedState, StateFolder } from './training-state.ts';

const folder = join(temporaryFolder(), 'state');
const identity = { model: 'abc', settings: { seed: 1 } };
const state = (step: number): SavedState => ({
  progress: { step },
  tensors: new Map([['w', Float32Array.of(step, -0, 1e-45)]]),
});
const stateOf = (file: string): string => join(folder, file);
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

async function saved(...steps: readonly number[]): Promise<StateFolder> {
  const states = new StateFolder(folder, identity);
  for (const step of steps) await states.save(step, state(step));
  return states;
}

describe('StateFolder', () => {
  it('gives back to the bit what was saved last, and keeps the one before', async () => {
    const states = await saved(1, 2, 3);
    expect(await states.load()).toEqual(state(3));
    expect(readdirSync(folder).toSorted()).toEqual([
      'save-2.json',
      'save-2.safetensors',
      'save-3.json',
      'save-3.safetensors',
    ]);
  });

  it('is empty before the first save, and after it is cleared', async () => {
    const states = new StateFolder(folder, identity);
    expect(await states.load()).toBeUndefined();
    await states.save(1, state(1));
    await states.clear();
    expect(await states.load()).toBeUndefined();
  });

  it.each<[string, (file: string) => void]>([
    ['cut tensors', () => truncateSync(stateOf('save-2.safetensors'), 40)],
    ['other tensors', () => writeFileSync(stateOf('save-2.safetensors'), readFileSync(stateOf('save-1.safetensors')))],
    ['no tensors', () => rmSync(stateOf('save-2.safetensors'))],
    ['a cut record', () => truncateSync(stateOf('save-2.json'), 10)],
    ['an empty record', () => writeFileSync(stateOf('save-2.json'), '')],
    ['a record of something else', () => writeFileSync(stateOf('save-2.json'), 'null')],
  ])('goes on from the state before one with %s, and says so', async (_, damage) => {
    await saved(5, 8);
    damage(folder);
    const said: string[] = [];
    expect(await new StateFolder(folder, identity, (text) => said.push(text)).load()).toEqual(state(5));
    expect(said.join()).toMatch(/save-2\.(?:json|safetensors) is damaged: the training goes on from step 5/);
  });

  it('is an error where all states are damaged', async () => {
    const states = await saved(5, 8);
    for (const save of [1, 2]) truncateSync(stateOf(`save-${save}.safetensors`), 3);
    await expect(states.load()).rejects.toMatchObject({ code: 'training/state-damaged' });
  });

  it('passes over what a save that was broken off has left', async () => {
    const states = await saved(5);
    writeFileSync(stateOf('save-2.safetensors.partial'), 'half');
    writeFileSync(stateOf('save-2.safetensors'), 'whole, but without its record');
    expect(await states.load()).toEqual(state(5));
    await states.save(6, state(6));
    expect(await states.load()).toEqual(state(6));
    expect(readdirSync(folder).some((name) => name.endsWith('.partial'))).toBe(false);
  });

  it('refuses the state of another training, and says in what it differs', async () => {
    await saved(1);
    const other = new StateFolder(folder, { ...identity, settings: { seed: 2 } });
    await expect(other.load()).rejects.toMatchObject({
      code: 'training/other-training',
      problem: { found: expect.stringContaining('settings.seed was 1, is 2') },
    });
  });

  it('keeps the state that is there when the next one cannot be written', async () => {
    const states = await saved(1);
    // A folder stands where the file would go.
    mkdirSync(stateOf('save-2.safetensors.partial/x'), { recursive: true });
    await expect(states.save(2, state(2))).rejects.toBeDefined();
    rmSync(stateOf('save-2.safetensors.partial'), { recursive: true });
    expect(await states.load()).toEqual(state(1));
  });
});

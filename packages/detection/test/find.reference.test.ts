/**
 * The search on models with random weights, which have no super weight, and on the embedded one, whose card names its own.
 * The checkpoints of golden/families have no tokenizer: their references' ids stand in for prompt and text.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '@linchpin/execution';
import { type Decoder, folderTexts, loadTokenizer, mlpPlaces, openDecoder } from '@linchpin/models';
import type { Tokenizer } from '@linchpin/plugin-api';
import { describeShared, idsAsText, idTokenizer, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { type Finding, type FindOptions, findSuperWeights } from '../src/find-super-weights.ts';

const root = 'golden/families';

async function search(decoder: Decoder, tokenizer: Tokenizer, options: FindOptions = {}): Promise<Finding> {
  return await findSuperWeights({ ...decoder, tokenizer }, options, createContext());
}

/** On sequences of ids, where the checkpoint has no tokenizer. */
async function searchIds(
  decoder: Decoder,
  { prompt, text }: { readonly prompt: readonly number[]; readonly text: readonly number[] },
  options: FindOptions = {},
): Promise<Finding> {
  const texts = { prompt: idsAsText(prompt), text: { name: 'text', content: idsAsText(text) } };
  return await search(decoder, idTokenizer, { ...texts, ...options });
}

/** Every one must open: a family that cannot be read is an error. */
async function checkpoints(): Promise<readonly { readonly name: string; readonly decoder: Decoder }[]> {
  const names = existsSync(sharedPath(root)) ? readdirSync(sharedPath(root)) : [];
  const recorded = names.filter((name) => existsSync(sharedPath(join(root, name, 'expected.json'))));
  return await Promise.all(
    recorded.map(async (name) => ({ name, decoder: await openDecoder(sharedPath(join(root, name))) })),
  );
}

const decoders = await checkpoints();

describeShared('models with random weights', [root], () => {
  it('are 37', () => expect(decoders.length).toBe(37));

  it.each(decoders)('have no super weight: $name', async ({ name, decoder }) => {
    const { input_ids } = readSharedJson(join(root, name, 'expected.json')) as { input_ids: readonly number[][] };
    const finding = await searchIds(decoder, { prompt: input_ids[0]!, text: input_ids[1]! });
    expect(finding.superWeights).toEqual([]);
    expect(finding.rounds[0]!.profile.length).toBe(mlpPlaces(decoder).size);
  });
});

for (const name of ['stories260K', 'tinystories-656k']) {
  describeShared(`${name}, which has massive activations at most`, [`models/${name}`], () => {
    it('has no super weight', async () => {
      const folder = sharedPath(`models/${name}`);
      const tokenizer = await loadTokenizer(folderTexts(folder));
      const finding = await search(await openDecoder(folder), tokenizer);
      expect(finding.superWeights).toEqual([]);
    });
  });
}

describeShared('planted, a random model with two spikes', ['golden/interventions/planted'], () => {
  it('has two candidates, which are what the data-free guess names first, and none that matters', async () => {
    const { detection, windows } = readSharedJson('golden/interventions/planted/inputs.json') as {
      detection: readonly number[];
      windows: readonly (readonly number[])[];
    };
    const decoder = await openDecoder(sharedPath('golden/interventions/planted'));
    const { superWeights, confirmation, cold } = await searchIds(
      decoder,
      { prompt: detection, text: windows[0]! },
      { cold: true },
    );
    const at = confirmation.candidates.map(({ layer, row, column }) => [layer, row, column]);
    expect(at).toEqual([
      [1, 7, 33],
      [1, 41, 33],
    ]);
    expect(cold!.slice(0, 2).map(({ layer, row, column }) => [layer, row, column])).toEqual(at);
    expect(superWeights).toEqual([]);
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { knownSuperWeights, readModelCard } from '@linchpin/models';
import { formatSuperWeight, type SuperWeight } from '@linchpin/plugin-api';
import type { Listing } from '../listing.ts';
import { embeddedModels } from '../open-model.ts';

/** Models whose super weights are known: the embedded ones and those of the paper. */
export async function listKnownModels(): Promise<Listing> {
  const embedded: Listing[number][] = [];
  for (const name of await readdir(embeddedModels)) {
    const card = await readModelCard(join(embeddedModels, name));
    embedded.push(entry(name, 'embedded', card?.superWeights ?? []));
  }
  return [...embedded, ...knownSuperWeights.map(({ id, weights }) => entry(id, 'Hub', weights))];
}

function entry(name: string, where: string, weights: readonly SuperWeight[]): Listing[number] {
  return { name, where, superWeights: weights.map(formatSuperWeight) };
}

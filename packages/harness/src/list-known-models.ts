import { folderTexts, knownSuperWeights, readModelCard } from '@linchpin/models';
import { formatSuperWeight, type SuperWeight } from '@linchpin/plugin-api';
import { embeddedModels } from './open-model.ts';

export interface ListedModel extends Readonly<Record<'name' | 'where', string>> {
  readonly superWeights: readonly string[];
}

/** Models whose super weights are known: the embedded ones and those of the paper. */
export async function listKnownModels(): Promise<readonly ListedModel[]> {
  const embedded: ListedModel[] = [];
  for (const [name, folder] of Object.entries(embeddedModels)) {
    const card = await readModelCard(folderTexts(folder));
    embedded.push(entry(name, 'embedded', card?.superWeights ?? []));
  }
  return [...embedded, ...knownSuperWeights.map(({ id, weights }) => entry(id, 'Hub', weights))];
}

function entry(name: string, where: string, weights: readonly SuperWeight[]): ListedModel {
  return { name, where, superWeights: weights.map(formatSuperWeight) };
}

import { type DecoderConfig, parseSuperWeight, type SuperWeight } from '@linchpin/plugin-api';
import { knownForAnother, noSuperWeights } from './errors.ts';
import { findKnownSuperWeights, fitsKnown } from './known-super-weights.ts';
import type { ModelCard } from './model-card.ts';

export interface SuperWeightSources {
  /** What the user gave: `LAYER:ROW:COLUMN`, or the Hub id of a published entry. */
  readonly given?: readonly string[];
  readonly card?: ModelCard;
  readonly hubId?: string;
  readonly config: DecoderConfig;
}

/** The super weights of a model: those given, else its card's, else the published ones; throws where there are none. */
export function resolveSuperWeights({ given, card, hubId, config }: SuperWeightSources): readonly SuperWeight[] {
  if (given !== undefined && given.length > 0)
    return given.flatMap((text) => (text.includes('/') ? published(text, config) : [parseSuperWeight(text)]));
  if (card !== undefined && card.superWeights.length > 0) return card.superWeights;
  if (hubId !== undefined && findKnownSuperWeights(hubId) !== undefined) return published(hubId, config);
  throw noSuperWeights(hubId, undefined);
}

function published(id: string, config: DecoderConfig): readonly SuperWeight[] {
  const entry = findKnownSuperWeights(id);
  if (entry === undefined) throw noSuperWeights(id, id);
  if (!fitsKnown(entry, config)) throw knownForAnother(entry, config);
  return entry.weights;
}

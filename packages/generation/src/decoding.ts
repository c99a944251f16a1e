/** How tokens are chosen. */
import type { Json } from '@linchpin/plugin-api';
import { type BeamOptions, checkBeams } from './beam-search.ts';
import { type ChooseToken, greedy, repeating, sampler } from './choose-token.ts';
import { beamsDrawn, seedUnused } from './errors.ts';

/** What may be said about draws and beams; nothing is greedy. */
export interface DecodingOptions {
  /** Texts that are kept beside each other, of which the likeliest is taken; 1 when absent. */
  readonly beams?: number;
  /** What prompt and text hold already becomes less likely above 1. */
  readonly repetitionPenalty?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
}

export interface Decoding {
  /** Draws begin anew, so that texts of one prompt differ by their models alone. */
  start(): ChooseToken;
  /** Set where texts are searched with several beams: then no token is chosen by itself. */
  readonly search?: BeamOptions;
  readonly settings: Readonly<Record<string, Json>>;
  readonly inWords: string;
}

/** Greedy unless something is said about draws or beams. Throws for settings outside their ranges. */
export function decodingOf(options: DecodingOptions): Decoding {
  const { temperature, topK, topP, seed, beams = 1, repetitionPenalty = 1 } = options;
  checkBeams({ beams, repetitionPenalty });
  const isDrawn = temperature !== undefined || topK !== undefined || topP !== undefined;
  if (!isDrawn && seed !== undefined) throw seedUnused(seed);
  if (isDrawn && beams > 1) throw beamsDrawn(beams);
  const penalty = repetitionPenalty === 1 ? {} : { repetitionPenalty };
  const penaltyInWords = repetitionPenalty === 1 ? [] : [`repetition penalty ${repetitionPenalty}`];
  if (beams > 1) {
    return {
      start: () => greedy,
      search: { beams, ...penalty },
      settings: { decoding: 'beams', beams, ...penalty },
      inWords: [`searched with ${beams} beams`, ...penaltyInWords].join(', '),
    };
  }
  if (!isDrawn) {
    return {
      start: () => repeating(greedy, repetitionPenalty),
      settings: { decoding: 'greedy', ...penalty },
      inWords: ['greedy', ...penaltyInWords].join(', '),
    };
  }
  const drawn = {
    temperature: temperature ?? 1,
    ...(topK === undefined ? {} : { topK }),
    ...(topP === undefined ? {} : { topP }),
    seed: seed ?? 0,
  };
  // Asked once before a model is opened.
  sampler(drawn);
  const cuts = [topK === undefined ? [] : `top-k ${topK}`, topP === undefined ? [] : `top-p ${topP}`].flat();
  return {
    start: () => repeating(sampler(drawn), repetitionPenalty),
    settings: { decoding: 'sampled', ...drawn, ...penalty },
    inWords: [`drawn at temperature ${drawn.temperature}`, ...cuts, `seed ${drawn.seed}`, ...penaltyInWords].join(', '),
  };
}

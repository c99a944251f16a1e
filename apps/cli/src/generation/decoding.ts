/** How tokens are chosen, as the flags have it. */
import { type ChooseToken, greedy, sampler } from '@linchpin/generation';
import type { Json } from '@linchpin/plugin-api';
import { seedUnused } from './errors.ts';

export interface DecodingFlags {
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
}

export interface Decoding {
  /** Draws begin anew, so that texts of one prompt differ by their models alone. */
  start(): ChooseToken;
  readonly settings: Readonly<Record<string, Json>>;
  readonly inWords: string;
}

/** Greedy unless something is said about draws. Throws for settings outside their ranges. */
export function decodingOf({ temperature, topK, topP, seed }: DecodingFlags): Decoding {
  if (temperature === undefined && topK === undefined && topP === undefined) {
    if (seed !== undefined) throw seedUnused(seed);
    return { start: () => greedy, settings: { decoding: 'greedy' }, inWords: 'greedy' };
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
    start: () => sampler(drawn),
    settings: { decoding: 'sampled', ...drawn },
    inWords: [`drawn at temperature ${drawn.temperature}`, ...cuts, `seed ${drawn.seed}`].join(', '),
  };
}

import type { Json } from './json.ts';

/** One number of a table with everything that is needed to judge it or to make it again. */
export interface ResultRow {
  readonly model: string;
  /** sha256 over config.json, tokenizer.json and every weight file. */
  readonly modelSha256: string;
  /** The row's label in its table, for example `Prune SW`. */
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  readonly task: string;
  readonly taskVersion: number;
  readonly dataset: string;
  readonly datasetSha256: string;
  readonly metric: string;
  readonly value: number;
  readonly standardError: number | null;
  /** Items scored, and items that could not be scored. */
  readonly items: number;
  readonly skipped: number;
  /** Right answers, for accuracies. */
  readonly correct: number | null;
  /** The published number beside it, where one applies. */
  readonly published: number | null;
  readonly bos: string;
  readonly contextLength: number;
  /** Tokens of a perplexity window, and how many windows. */
  readonly window: number | null;
  readonly windows: number | null;
  readonly seed: number | null;
  readonly dtype: string;
  readonly execution: string;
  readonly engine: string;
  readonly commit: string;
  readonly tokensAsked: number;
  readonly tokensComputed: number;
  readonly seconds: number;
}

export interface AppliedIntervention {
  readonly name: string;
  readonly version: number;
  readonly settings: Json;
}

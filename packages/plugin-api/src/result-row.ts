import type { Json } from './json.ts';

/**
 * One number of a table with everything that is needed to judge it or to make it again. That of a group of tasks says `mixed` of what its
 * tasks do not have in common.
 */
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
  /**
   * sha256 of the rows of a task's data set, however its file writes them. For a corpus that of the text that was tokenised, in
   * UTF-8: whatever ended its lines, they end in `\n` there.
   */
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
  /**
   * Where it was computed, and what was chosen when the session was opened; absent in rows that are older than these fields.
   */
  readonly device?: string;
  readonly threads?: number;
  readonly castWeights?: 'once' | 'every-batch';
  /** Into how many stages of layers the model was cut, from 2; absent where all were one session. */
  readonly stages?: number;
  /** The tensor that served as the output head, where config.json and the weights disagree on it. */
  readonly head?: string;
  /** Repository and commit of data of the Hub: `allenai/ai2_arc@<commit>`. */
  readonly datasetRevision?: string;
  /** Examples before each question, how they are drawn, from what seed, and the sha256 of the rows that they are drawn from; absent at none. */
  readonly numFewshot?: number | 'mixed';
  readonly fewshotSampler?: string;
  readonly fewshotSeed?: number | 'mixed';
  readonly fewshotSha256?: string;
  /** The template that made chats of the prompts, by its name and sha256. */
  readonly chatTemplate?: string;
  /** What the system says before everything else. */
  readonly system?: string;
  /** Seed of the draw of the items, where they are no beginning of their data set. */
  readonly sampleSeed?: number;
}

export interface AppliedIntervention {
  readonly name: string;
  readonly version: number;
  readonly settings: Json;
  /** What has to be known of its effect, above all that there is none; absent where there is nothing to be said. */
  readonly remarks?: readonly string[];
}

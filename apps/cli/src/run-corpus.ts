/** Runs the perplexity of a corpus on a variant and turns it into a row. */
import { perplexityOf, type PerplexityResult, type WindowedText } from '@linchpin/perplexity';
import type { ResultRow } from '@linchpin/plugin-api';
import type { Progress } from './progress.ts';
import { CostMeter, type RunFacts } from './run-facts.ts';
import type { Variant } from './variant.ts';

/** Raised whenever the protocols can give another number. */
const protocolVersion = 1;

export interface Corpus {
  readonly name: string;
  /** What the row records as its data: the file's name. */
  readonly dataset: string;
  readonly text: WindowedText;
}

export interface CorpusSettings {
  readonly limit?: number;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One corpus under one variant. */
export async function runCorpus(variant: Variant, corpus: Corpus, settings: CorpusSettings): Promise<{ result: PerplexityResult; row: ResultRow }> {
  const { progress, signal } = settings;
  progress.begin(`${variant.label} · ${corpus.name}`, Math.min(corpus.text.windowCount ?? Infinity, settings.limit ?? Infinity));
  const meter = new CostMeter(variant);
  const result = await perplexityOf(variant.model, corpus.text, {
    ...(settings.limit === undefined ? {} : { limit: settings.limit }),
    onWindow() {
      signal.throwIfAborted();
      progress.step();
    },
  });
  progress.end();
  const row: ResultRow = {
    ...settings.facts,
    label: variant.label,
    interventions: variant.interventions,
    task: corpus.name,
    taskVersion: protocolVersion,
    dataset: corpus.dataset,
    datasetSha256: result.textSha256,
    metric: 'perplexity',
    value: result.perplexity,
    standardError: result.perplexityStandardError,
    items: result.predictions,
    skipped: result.leftOut?.skippedDocuments ?? 0,
    correct: null,
    published: null,
    bos: result.bos,
    window: result.window,
    windows: result.windows.length,
    seed: result.seed,
    ...meter.read(),
  };
  return { result, row };
}

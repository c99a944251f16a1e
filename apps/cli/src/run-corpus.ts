/** Runs the perplexity of a corpus on a variant and turns it into a row. */
import { perplexityOf, type PerplexityResult } from '@linchpin/perplexity';
import type { ResultRow } from '@linchpin/plugin-api';
import type { Corpus } from './corpora.ts';
import type { Progress } from './progress.ts';
import { CostMeter, type RunFacts } from './run-facts.ts';
import type { Variant } from './variant.ts';

/** Raised whenever the protocols can give another number. */
const protocolVersion = 1;

export interface CorpusSettings {
  /** Score only so many windows from the beginning. */
  readonly windows?: number | undefined;
  readonly facts: RunFacts;
  readonly progress: Progress;
}

export interface CorpusOutcome {
  readonly row: ResultRow;
  /** What should be known of it. */
  readonly notes: readonly string[];
}

/** One corpus under one variant. */
export async function runCorpus(variant: Variant, corpus: Corpus, settings: CorpusSettings): Promise<CorpusOutcome> {
  const limit = settings.windows === undefined ? {} : { limit: settings.windows };
  const steps = Math.min(corpus.mostWindows, settings.windows ?? Infinity);
  const meter = new CostMeter(variant);
  const result = await settings.progress.part(`${variant.label} · ${corpus.name}`, steps, (step) =>
    perplexityOf(variant.model, corpus.text, { ...limit, onWindow: step }),
  );
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
  return { row, notes: [...corpus.notes, windowNote(corpus.name, result)] };
}

function windowNote(name: string, { window, requestedWindow, windows, bos }: PerplexityResult): string {
  const cut = window < requestedWindow ? `, ${requestedWindow} asked for and the model takes no more` : '';
  return `${name}: ${windows.length} windows of ${window} tokens${cut}; BOS ${bos}.`;
}

/** Runs the perplexity of a corpus on a variant and turns it into a row. */
import { type Progress, storeMeter } from '@linchpin/execution';
import { type LeftOut, perplexityOf, type PerplexityResult } from '@linchpin/perplexity';
import type { ResultRow, Tokenizer } from '@linchpin/plugin-api';
import type { RunRecord } from '@linchpin/recording';
import type { Corpus, CorpusFacts } from './open-corpus.ts';
import { pairedRows } from './paired-figures.ts';
import { type Cost, CostMeter, type RunFacts, type ScoredModel, settingsFacts } from './run-facts.ts';
import type { Variant } from './variant.ts';

/** Raised whenever the protocols can give another number. */
const protocolVersion = 1;

export interface CorpusSettings {
  /** Score only so many windows from the beginning. */
  readonly windows?: number | undefined;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly record: RunRecord;
  /** That of the windows. */
  readonly tokenizer: Tokenizer;
}

export interface CorpusOutcome {
  readonly row: ResultRow;
  /** How the variant differs from the model that it is compared with, on the same tokens; empty where with none. */
  readonly paired: readonly ResultRow[];
  /** What should be known of it. */
  readonly notes: readonly string[];
}

/** One corpus under one variant. */
export async function runCorpus(variant: Variant, corpus: Corpus, settings: CorpusSettings): Promise<CorpusOutcome> {
  const meter = new CostMeter(variant);
  variant.paired?.restart();
  const record = settings.record.beginPart(settings.tokenizer);
  const most = record.most ?? settings.windows;
  const limit = most === undefined ? {} : { limit: most };
  const steps = Math.min(corpus.mostWindows, most ?? Infinity);
  const work = (step: () => void): Promise<PerplexityResult> =>
    perplexityOf(variant.model, corpus.text, {
      ...limit,
      onWindow(score, ids) {
        step();
        record.window(score, ids);
      },
    });
  const label = `${variant.label} · ${corpus.name}`;
  const result = await settings.progress.part(label, steps, work, storeMeter(variant.batches));
  const row = corpusRow({ variant, corpus, facts: settings.facts }, result, meter.read());
  const paired = variant.paired === undefined ? [] : pairedRows(row, variant.paired.figures());
  record.finish([row, ...paired]);
  return { row, paired, notes: corpusNotes(corpus, result) };
}

/** Where the number of a corpus comes from. */
export interface CorpusOrigin {
  readonly variant: ScoredModel;
  readonly corpus: CorpusFacts;
  readonly facts: RunFacts;
}

/** What a row says of a perplexity, however its windows were cut. */
export type CorpusNumber = Pick<
  PerplexityResult,
  'perplexity' | 'perplexityStandardError' | 'predictions' | 'textSha256' | 'bos' | 'window' | 'seed'
> & {
  readonly windows: ArrayLike<unknown>;
  readonly leftOut: Pick<LeftOut, 'skippedDocuments'> | null;
};

export function corpusRow({ variant, corpus, facts }: CorpusOrigin, result: CorpusNumber, cost: Cost): ResultRow {
  return {
    ...facts,
    execution: variant.execution,
    label: variant.label,
    interventions: variant.interventions,
    task: corpus.name,
    taskVersion: protocolVersion,
    dataset: corpus.dataset,
    datasetSha256: result.textSha256,
    ...(corpus.revision === undefined ? {} : { datasetRevision: corpus.revision }),
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
    ...cost,
    ...settingsFacts(variant),
  };
}

/** What should be known of the number. */
export function corpusNotes(corpus: Corpus, result: PerplexityResult): string[] {
  return [...corpus.notes, windowNote(corpus.name, result)];
}

function windowNote(name: string, { window, requestedWindow, windows, bos }: PerplexityResult): string {
  const cut = window < requestedWindow ? `, ${requestedWindow} asked for and the model takes no more` : '';
  return `${name}: ${windows.length} windows of ${window} tokens${cut}; BOS ${bos}.`;
}

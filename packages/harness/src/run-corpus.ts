/** Runs the perplexity of a corpus on a variant and turns it into a row. */
import { type Progress, storeMeter } from '@linchpin/execution';
import { perplexityOf, type PerplexityResult } from '@linchpin/perplexity';
import type { ResultRow, Tokenizer } from '@linchpin/plugin-api';
import type { PartRecord, RunRecord } from '@linchpin/recording';
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
  const origin = { variant, corpus, facts: settings.facts };
  return await scoreWindows<PerplexityResult>(variant, corpus, settings, {
    mostWindows: corpus.mostWindows,
    score: (options) => perplexityOf(variant.model, corpus.text, options),
    rowOf: (result, cost) => corpusRow(origin, result, cost),
    notesOf: (result) => corpusNotes(corpus, result),
  });
}

/** A way to cut a corpus into windows. */
export interface WindowScoring<Result> {
  /** Infinity where nobody knows before. */
  readonly mostWindows: number;
  readonly score: (options: WindowReading) => Promise<Result>;
  readonly rowOf: (result: Result, cost: Cost) => ResultRow;
  readonly notesOf: (result: Result) => readonly string[];
}

interface WindowReading {
  readonly limit?: number;
  readonly onWindow: PartRecord['window'];
}

/** Scores windows, shows how far that is, and records them with their number. */
export async function scoreWindows<Result>(
  variant: Variant,
  { name }: Pick<CorpusFacts, 'name'>,
  settings: CorpusSettings,
  { mostWindows, score, rowOf, notesOf }: WindowScoring<Result>,
): Promise<CorpusOutcome> {
  const meter = new CostMeter(variant);
  variant.paired?.restart();
  const record: PartRecord = settings.record.beginPart(settings.tokenizer);
  const most = record.most ?? settings.windows;
  const work = (step: () => void): Promise<Result> =>
    score({
      ...(most === undefined ? {} : { limit: most }),
      onWindow(window, ids) {
        step();
        record.window(window, ids);
      },
    });
  const steps = Math.min(mostWindows, most ?? Infinity);
  const result = await settings.progress.part(`${variant.label} · ${name}`, steps, work, storeMeter(variant.batches));
  const row = rowOf(result, meter.read());
  const paired = variant.paired === undefined ? [] : pairedRows(row, variant.paired.figures());
  record.finish([row, ...paired]);
  return { row, paired, notes: notesOf(result) };
}

/** Where the number of a corpus comes from. */
export interface CorpusOrigin {
  readonly variant: ScoredModel;
  readonly corpus: CorpusFacts;
  readonly facts: RunFacts;
}

export function corpusRow(origin: CorpusOrigin, result: PerplexityResult, cost: Cost): ResultRow {
  const { windows, leftOut } = result;
  const number = { metric: 'perplexity', windows: windows.length, skippedDocuments: leftOut?.skippedDocuments ?? 0 };
  return windowsRow(origin, { ...result, ...number }, cost);
}

/** What a row says of a perplexity, however its windows were cut. */
export interface WindowsNumber extends Pick<
  PerplexityResult,
  'perplexity' | 'perplexityStandardError' | 'predictions' | 'textSha256' | 'bos' | 'window'
> {
  /** Numbers of windows that are cut in another way have another name. */
  readonly metric: string;
  readonly windows: number;
  readonly skippedDocuments: number;
  /** Absent where nothing is drawn. */
  readonly seed?: number | null;
}

export function windowsRow({ variant, corpus, facts }: CorpusOrigin, number: WindowsNumber, cost: Cost): ResultRow {
  return {
    ...facts,
    execution: variant.execution,
    label: variant.label,
    interventions: variant.interventions,
    task: corpus.name,
    taskVersion: protocolVersion,
    dataset: corpus.dataset,
    datasetSha256: number.textSha256,
    ...(corpus.revision === undefined ? {} : { datasetRevision: corpus.revision }),
    metric: number.metric,
    value: number.perplexity,
    standardError: number.perplexityStandardError,
    items: number.predictions,
    skipped: number.skippedDocuments,
    correct: null,
    published: null,
    bos: number.bos,
    window: number.window,
    windows: number.windows,
    seed: number.seed ?? null,
    ...cost,
    ...settingsFacts(variant),
  };
}

/** What should be known of the number. */
export function corpusNotes({ name, notes }: CorpusFacts, result: PerplexityResult): string[] {
  return [...notes, `${name}: ${result.windows.length} windows of ${lengthInWords(result)}; BOS ${result.bos}.`];
}

/** `256 tokens`, and whether that is less than was asked for. */
export function lengthInWords({
  window,
  requestedWindow,
}: Pick<PerplexityResult, 'window' | 'requestedWindow'>): string {
  const cut = window < requestedWindow ? `, ${requestedWindow} asked for and the model takes no more` : '';
  return `${window} tokens${cut}`;
}

/** Measures everything of one model: the loss of a corpus without and with every ablation, window by window. */
import type { Finding } from '@linchpin/detection';
import { createLanguageModel } from '@linchpin/evaluator';
import { batchBound, blameWeights, layChain, openParameters, type Progress } from '@linchpin/execution';
import { type Corpus, CostMeter, corpusRow, type Harness, type OpenedModel, runFacts } from '@linchpin/harness';
import type { RunRecord } from '@linchpin/recording';
import { pairedTTest } from '@linchpin/metrics';
import { perplexityOf, type PerplexityResult } from '@linchpin/perplexity';
import type { Json, LanguageModel, ResultRow } from '@linchpin/plugin-api';
import { type Interaction, interactionOf } from './pair.ts';
import { type Ablation, isSame, nameOf, scalingSubjects, settingsOf, type Subject, valuesOf } from './subject.ts';

export interface ModelCensus {
  readonly opened: OpenedModel;
  readonly modelSha256: string;
  readonly finding: Finding;
  /** Loss of the unedited model in nats a token, and what it is of. */
  readonly baseline: Pick<PerplexityResult, 'nll' | 'window' | 'bos'> & { readonly windows: number };
  readonly entries: readonly CensusEntry[];
  /** That of the baseline, then those of the entries. */
  readonly numbers: readonly ResultRow[];
}

/** An ablation with its effect. */
export interface CensusEntry extends Ablation {
  /** Change of the loss in nats a token: mean over the windows, and the error of their paired differences. */
  readonly change: number;
  readonly standardError: number | null;
  /** The change in terms of the loss. */
  readonly relative: number;
  /** `relative` less the median of the random controls of the same matrix, unit and factor; null for pairs and where there are none. */
  readonly beyondControls: number | null;
  /** Of a pair. */
  readonly interaction?: Interaction;
  /** By window. */
  readonly changes: readonly number[];
}

export interface MeasuredModel {
  readonly opened: OpenedModel;
  readonly finding: Finding;
  readonly corpus: Corpus;
  readonly subjects: readonly Subject[];
  readonly ablations: readonly Ablation[];
}

export interface CensusRun {
  readonly harness: Pick<Harness, 'context'>;
  readonly windows: number;
  readonly leastEffect: number;
  readonly progress: Progress;
  readonly record: RunRecord;
  readonly onNumbers: (numbers: readonly ResultRow[]) => void;
}

/** One graph for all ablations: what is ablated are run-time numbers of it. */
export async function measureModel(model: MeasuredModel, run: CensusRun): Promise<ModelCensus> {
  const { opened, subjects, ablations, finding, corpus } = model;
  const { context } = run.harness;
  const chain = { interventions: [scalingSubjects(subjects)] };
  const decoder = await layChain(opened, chain, { context });
  const executor = await openParameters(decoder, { checkpoint: opened.checkpoint, chain, context });
  const facts = await runFacts(opened);
  const measure = async (ablation: Ablation, step: () => void): Promise<Measured> => {
    const values = valuesOf(ablation, subjects);
    const runAt = createLanguageModel(
      {
        contextLength: decoder.contextLength,
        vocabularySize: decoder.vocabularySize,
        run: async (batch) => {
          context.signal.throwIfAborted();
          return await executor.run(batch, values);
        },
        release: async () => {},
      },
      batchBound(context),
    );
    const label = labelOf(ablation);
    const applied = { name: 'census', version: 1, settings: settingsOf(ablation) satisfies Json };
    const interventions = ablation.subjects.length === 0 ? [] : [applied];
    const { settings } = executor;
    const variant = { label, interventions, execution: decoder.execution, settings };
    return await scored({ model: runAt, variant, facts, corpus, tokenizer: opened.tokenizer }, run, step);
  };
  try {
    const steps = (1 + ablations.length) * Math.min(run.windows, corpus.mostWindows);
    return await run.progress.part(`${opened.name} · ${corpus.name}`, steps, async (step) => {
      const baseline = await measure({ subjects: [], factor: 1 }, step);
      const measured: (Measured & { readonly ablation: Ablation })[] = [];
      for (const ablation of ablations) measured.push({ ablation, ...(await measure(ablation, step)) });
      const entries = entriesOf(baseline, measured, run.leastEffect);
      const { nll, window, bos, windows } = baseline.result;
      return {
        opened,
        modelSha256: facts.modelSha256,
        finding,
        baseline: { nll, window, bos, windows: windows.length },
        entries,
        numbers: [baseline.row, ...entries.map((entry, index) => numberOf(entry, measured[index]!.row))],
      };
    });
  } catch (error) {
    throw await blameWeights(error, opened);
  } finally {
    await executor.release();
  }
}

interface Measured {
  readonly result: PerplexityResult;
  /** The perplexity with its provenance. */
  readonly row: ResultRow;
}

interface Scored {
  readonly model: LanguageModel;
  readonly variant: Parameters<typeof corpusRow>[0]['variant'];
  readonly facts: Parameters<typeof corpusRow>[0]['facts'];
  readonly corpus: Corpus;
  readonly tokenizer: OpenedModel['tokenizer'];
}

async function scored(
  { model, variant, facts, corpus, tokenizer }: Scored,
  run: CensusRun,
  step: () => void,
): Promise<Measured> {
  const meter = new CostMeter({ model });
  const part = run.record.beginPart(tokenizer);
  const result = await perplexityOf(model, corpus.text, {
    limit: run.windows,
    onWindow(score, ids) {
      step();
      part.window(score, ids);
    },
  });
  const row = corpusRow({ variant, corpus, facts }, result, meter.read());
  part.finish([row]);
  run.onNumbers([row]);
  return { result, row };
}

function entriesOf(
  { result: baseline }: Measured,
  measured: readonly (Measured & { readonly ablation: Ablation })[],
  leastEffect: number,
): CensusEntry[] {
  const changed = measured.map(({ ablation, result }) => {
    const changes = result.windows.map(({ nll }, window) => nll - baseline.windows[window]!.nll);
    const change = result.nll - baseline.nll;
    const standardError = pairedTTest(changes)?.standardError ?? null;
    return { ...ablation, change, standardError, relative: change / baseline.nll, changes };
  });
  return changed.map((entry): CensusEntry => {
    const [first, second] = entry.subjects.map((subject) => aloneOf(changed, subject, entry.factor));
    const controls = changed.filter((other) => isControlOf(other, entry)).map(({ relative }) => relative);
    const isPair = entry.subjects.length > 1;
    return {
      ...entry,
      beyondControls: isPair || controls.length === 0 ? null : entry.relative - medianOf(controls),
      ...(isPair
        ? {
            interaction: interactionOf(
              { both: entry.changes, first: first!.changes, second: second!.changes },
              leastEffect,
            ),
          }
        : {}),
    };
  });
}

function aloneOf<Entry extends Ablation>(entries: readonly Entry[], subject: Subject, factor: number): Entry {
  const isAlone = (entry: Entry): boolean =>
    entry.factor === factor && entry.subjects.length === 1 && isSame(entry.subjects[0]!, subject);
  return entries.find(isAlone)!;
}

function isControlOf(other: Ablation, { subjects, factor }: Ablation): boolean {
  const [control, ...more] = other.subjects;
  const [subject] = subjects;
  return (
    more.length === 0 &&
    other.factor === factor &&
    control!.group === 'random' &&
    control!.unit === subject!.unit &&
    control!.layer === subject!.layer &&
    control!.expert === subject!.expert
  );
}

/** Of an even number the mean of the middle two. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

export function labelOf({ subjects, factor }: Ablation): string {
  return subjects.length === 0 ? 'Original' : `${subjects.map(nameOf).join(' + ')} × ${factor}`;
}

/** The change in the place of the perplexity that it was computed from. */
function numberOf({ change, standardError }: CensusEntry, row: ResultRow): ResultRow {
  return { ...row, metric: 'loss_change', value: change, standardError };
}

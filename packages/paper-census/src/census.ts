/**
 * A census of critical rows and scalars: what `find` names, row by row and scalar by scalar, beside random and largest others
 * of the same matrices, alone and in pairs. Measures after the audit of Georgakopoulos-Soares-lab/superweights
 * (`census_master.csv`): R is the change of the loss in terms of the loss, G what of it is beyond the median of random
 * controls. Deviations: candidates are scalars that explain a spike, and their rows; losses are of windows of a corpus.
 */
import { searchLeastEffect, searchSeed } from '@linchpin/defaults';
import {
  type Corpus,
  dataInWords,
  dataOf,
  type Experiment,
  type ExperimentResult,
  type Harness,
  openCorpus,
  type OpenedModel,
  requireCount,
} from '@linchpin/harness';
import type { WindowBos } from '@linchpin/perplexity';
import type { Json } from '@linchpin/plugin-api';
import { resultInWords } from '@linchpin/report';
import { censusInWords } from './census-in-words.ts';
import { fileTable, reportTable, shortTable } from './census-tables.ts';
import { chooseSubjects } from './choose-subjects.ts';
import { badFactors } from './errors.ts';
import { measureModel, type ModelCensus } from './measure-model.ts';
import { isSame, type Ablation, type Subject } from './subject.ts';

export interface CensusOptions {
  /** Names, folders, Hub ids, or models that are open already; the embedded one when absent. */
  readonly models?: readonly (string | OpenedModel)[] | undefined;
  /** A corpus by its name, or a text file; wikitext2 when absent. */
  readonly corpus?: string | undefined;
  /** Only the first windows; 8 when absent. */
  readonly windows?: number | undefined;
  /** Tokens of a window; 512 when absent. */
  readonly window?: number | undefined;
  readonly windowBos?: WindowBos | undefined;
  /** Most candidates of the search, or the ratio above which all are taken; see `FindOptions`. */
  readonly limit?: number | undefined;
  readonly allAbove?: number | undefined;
  /** Random and largest controls, each so many for the scalars and for the rows of a matrix; 5 when absent. */
  readonly controls?: number | undefined;
  /** Of the random ones; 0 when absent. */
  readonly seed?: number | undefined;
  /** What is multiplied with; 0 and 0.5 when absent. */
  readonly factors?: readonly number[] | undefined;
  /** Pairs are made of so many candidates, those that matter most by the search; 4 when absent. */
  readonly pairs?: number | undefined;
}

const title = 'Census of rows and scalars';
const defaults = { corpus: 'wikitext2', windows: 8, window: 512, controls: 5, factors: [0, 0.5], pairs: 4 } as const;

export const census: Experiment<CensusOptions> = {
  name: 'census',
  async plan(harness, options) {
    const { corpus = defaults.corpus, window = defaults.window, windowBos: bos } = options;
    for (const name of ['windows', 'window', 'controls', 'limit'] as const) requireCount(name, options[name]);
    factorsOf(options);
    const models: { readonly opened: OpenedModel; readonly corpus: Corpus }[] = [];
    for (const model of options.models ?? [undefined]) {
      const opened = typeof model === 'object' ? model : await harness.open(model);
      const asked = { data: dataOf(harness, opened), window, bos };
      models.push({ opened, corpus: await openCorpus(opened, corpus, asked) });
    }
    return {
      async run(onNumbers) {
        const record = await harness.recording.open();
        const censuses: ModelCensus[] = [];
        for (const model of models) {
          const { limit, allAbove } = options;
          const finding = await harness.find(model.opened, given({ limit, allAbove }));
          const planned = await ablationsOf(model.opened, finding, options);
          const { windows = defaults.windows } = options;
          const progress = harness.context.reporter.begin(1);
          const run = { harness, windows, leastEffect: searchLeastEffect, progress, record, onNumbers };
          censuses.push(await measureModel({ ...model, finding, ...planned }, run));
        }
        const notes = models.flatMap(({ corpus: { notes: own } }) => own);
        return resultOf(censuses, harness, { options, notes: [...new Set(notes)] });
      },
    };
  },
};

type Finding = ModelCensus['finding'];

/** Every subject at every factor, then the pairs of the candidates that matter most. */
async function ablationsOf(
  opened: OpenedModel,
  { confirmation: { candidates } }: Finding,
  options: CensusOptions,
): Promise<{ readonly subjects: Subject[]; readonly ablations: Ablation[] }> {
  const { controls = defaults.controls, seed = searchSeed, pairs = defaults.pairs } = options;
  const subjects = await chooseSubjects(opened, candidates, { controls, seed });
  const factors = factorsOf(options);
  const best = candidates.toSorted((a, b) => b.effect - a.effect).slice(0, pairs);
  const paired = subjects.filter(
    ({ group, ...at }) =>
      group === 'candidate' &&
      best.some(
        ({ layer, expert, row, column }) =>
          layer === at.layer && expert === at.expert && row === at.row && (at.column ?? column) === column,
      ),
  );
  const together = paired.flatMap((first, index) =>
    paired
      .slice(index + 1)
      .flatMap((second) => (first.unit === second.unit && !isSame(first, second) ? [[first, second]] : [])),
  );
  const sets = [...subjects.map((subject) => [subject]), ...together];
  return { subjects, ablations: sets.flatMap((set) => factors.map((factor) => ({ subjects: set, factor }))) };
}

function factorsOf({ factors = defaults.factors }: CensusOptions): readonly number[] {
  const isGood = factors.length > 0 && factors.every((factor) => Number.isFinite(factor) && factor !== 1);
  if (!isGood || new Set(factors).size < factors.length) throw badFactors(factors.join(', ') || 'none');
  return factors;
}

function resultOf(
  censuses: readonly ModelCensus[],
  harness: Harness,
  { options, notes }: { readonly options: CensusOptions; readonly notes: readonly string[] },
): ExperimentResult {
  const { datasets, context } = harness;
  const measured = censuses.map(({ opened }) => opened);
  const shown = censuses.flatMap((each) => censusInWords(each, searchLeastEffect));
  const { controls = defaults.controls, corpus = defaults.corpus, seed = searchSeed } = options;
  const caption = [
    `Changes of the loss in nats a token of ${corpus} ${dataInWords(harness, measured, undefined)}, ± the error of paired windows.`,
    'R is the change in terms of the loss, G what of it is beyond the median of the random controls.',
    `Rank is the place by magnitude among all of the matrix. ${controls} random controls (seed ${seed}) and ${controls} largest ones each.`,
  ].join(' ');
  const model = censuses.map(({ opened }) => opened.name).join(', ');
  const { models: _, ...asked } = options;
  const settings = given({ datasets, ...context.settings, ...asked }) as Record<string, Json>;
  const table = reportTable(censuses);
  return {
    table: fileTable(censuses),
    numbers: table.numbers,
    artifact: { kind: 'table', title, model, settings, ...table, notes, caption, shows: shown.join(' ') },
    json: { models: censuses.map(plain) },
    inWords: (files) =>
      resultInWords({
        table: shortTable(censuses),
        remarks: [caption, ...notes],
        shows: shown,
        files: { Table: files.table, 'Numbers with their provenance': files.numbers, 'For reports': files.artifact },
      }),
  };
}

/** What a program is told of one model. */
function plain({ opened, modelSha256, finding, baseline, entries }: ModelCensus): object {
  const { candidates } = finding.confirmation;
  return { model: opened.name, modelSha256, endedBy: finding.endedBy ?? null, baseline, candidates, entries };
}

/** Options that are there. */
function given<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  const there = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [Name in keyof Options]?: Exclude<Options[Name], undefined> };
}

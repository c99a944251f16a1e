/** The commonsense table as an experiment: everything is opened and read before the first text is written. */
import type { Chain } from '@linchpin/execution';
import { openWriter } from '@linchpin/generation';
import {
  dataFolder,
  dataInWords,
  type ExperimentResult,
  type Harness,
  type OpenedModel,
  original,
  type PlannedExperiment,
  runFacts,
} from '@linchpin/harness';
import { unweightedAverage } from '@linchpin/metrics';
import { readEndIds } from '@linchpin/models';
import type { Json, ResultRow } from '@linchpin/plugin-api';
import { resultInWords, type Table } from '@linchpin/report';
import { equalLabels, noSets } from '../errors.ts';
import type { SmtTableOptions } from '../tables/smt-table.ts';
import { commonsenseArtifact } from './artifact.ts';
import type { CommonsensePlan, CommonsenseResult, FinishedRow } from './finished.ts';
import { findProtocol, type Protocol } from './protocol.ts';
import { publishedAccuracies } from './published.ts';
import { filesOf, readSet, type SetData } from './read-set.ts';
import { runSet } from './run-set.ts';
import { chosenSets, commonsenseSets, type CommonsenseSet } from './sets.ts';

export async function planCommonsense(harness: Harness, options: SmtTableOptions): Promise<PlannedExperiment> {
  const plan = await prepareCommonsense(harness, options);
  return {
    run: async (onNumbers) => resultOf(plan, await runCommonsense(plan, { harness, options, onNumbers })),
  };
}

/** Opens the models and reads the sets. */
export async function prepareCommonsense(harness: Harness, options: SmtTableOptions): Promise<CommonsensePlan> {
  const protocol = findProtocol(options.protocol);
  const sets = chosenSets(options.sets);
  const folder = dataFolder(harness.datasets);
  const data: SetData[] = [];
  for (const set of sets) {
    const found = await readSet(folder, set, options.limit);
    if (found !== undefined) data.push(found);
  }
  if (data.length === 0) throw noSets(folder, filesOf(sets[0]!).slice(0, 2));
  const models = await openModels(harness, options);
  const missing = sets.filter((set) => !data.some((each) => each.set === set));
  return {
    protocol,
    sets,
    data,
    models,
    notes: missing.length === 0 ? [] : [missingInWords(missing, data)],
    settings: settingsOf(harness, options, protocol),
    caption: captionOf(harness, options, { protocol, models }),
  };
}

async function openModels(harness: Harness, options: SmtTableOptions): Promise<CommonsensePlan['models']> {
  const { model, rows, superWeights, calibration } = options;
  const labels = (rows ?? []).map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) throw equalLabels(twice);
  const models: { opened: OpenedModel; chains: Chain[] }[] = [];
  for (const each of [model ?? undefined].flat()) {
    const opening = { ...(superWeights && { superWeights }), ...(calibration && { calibration }) };
    const opened = typeof each === 'object' ? each : await harness.open(each, opening);
    const chains: Chain[] = rows === undefined ? [original] : [];
    for (const { label, interventions } of rows ?? []) chains.push(await harness.chain(opened, interventions, label));
    models.push({ opened, chains });
  }
  return models;
}

function missingInWords(missing: readonly CommonsenseSet[], data: readonly SetData[]): string {
  const names = missing.map(({ name }) => name).join(', ');
  return `Not in the data folder: ${names}. AVG is that of the ${data.length} other sets, and no published average compares.`;
}

/** The sets are those of LLM-Adapters, which are on no hub: without a folder they are the embedded ones for every model. */
const embedded = [{ isEmbedded: true }];

function captionOf(
  harness: Harness,
  { limit }: SmtTableOptions,
  { protocol, models }: Pick<CommonsensePlan, 'protocol' | 'models'>,
): string {
  const names = models.map(({ opened }) => opened.name).join(', ');
  const { beams, repetitionPenalty, maxTokens } = protocol;
  const first = limit === undefined ? undefined : `${limit} items`;
  return [
    `Model${models.length === 1 ? '' : 's'} ${names} ${dataInWords(harness, embedded, first)}.`,
    `Accuracies in % of written answers by the protocol ${protocol.name}: ${beams} beams, repetition penalty`,
    `${repetitionPenalty}, at most ${maxTokens} tokens, the first label that occurs. Not comparable with log-likelihoods.`,
  ].join(' ');
}

function settingsOf(
  { datasets, context }: Harness,
  { rows, sets, limit, together }: SmtTableOptions,
  protocol: Protocol,
): Readonly<Record<string, Json>> {
  const labels = rows?.map(({ label }) => label);
  const given = { datasets, ...context.settings, protocol: protocol.name, rows: labels, sets, limit, together };
  return JSON.parse(JSON.stringify(given)) as Record<string, Json>;
}

export interface PlanRun {
  readonly harness: Harness;
  readonly options: SmtTableOptions;
  readonly onNumbers: (numbers: readonly ResultRow[]) => void;
}

export async function runCommonsense(
  plan: CommonsensePlan,
  { harness, options, onNumbers }: PlanRun,
): Promise<CommonsenseResult> {
  const { context, recording } = harness;
  const { protocol, data, models, sets } = plan;
  const costs = models.flatMap(({ chains }) => chains.flatMap(() => data.map(({ items }) => items.length)));
  const shared = {
    protocol,
    together: options.together,
    progress: context.reporter.begin(costs),
    record: await recording.open(),
  };
  const rows: FinishedRow[] = [];
  const numbers: ResultRow[] = [];
  const notes = new Set(plan.notes);
  for (const { opened, chains } of models) {
    const facts = await runFacts(opened);
    const endIds = await endIdsOf(opened, protocol);
    for (const chain of chains) {
      const published = publishedOf(opened, chain, sets);
      const writer = await openWriter(opened, chain, context);
      const own: ResultRow[] = [];
      try {
        for (const each of data) {
          const { row, notes: more } = await runSet(each, { ...shared, opened, chain, writer, endIds, facts });
          const printed = published?.[sets.indexOf(each.set)];
          own.push(printed === undefined ? row : { ...row, published: printed / 100 });
          for (const note of more) notes.add(note);
          onNumbers(own.slice(-1));
        }
      } finally {
        await writer.release();
      }
      numbers.push(...own);
      rows.push({ model: opened.name, label: chain.label, values: valuesOf(plan, own), published });
    }
  }
  return { rows, numbers, notes: [...notes] };
}

/** Printed numbers of the model and the method that a row is named after; none where sets are left out on purpose. */
function publishedOf(
  { hubId }: OpenedModel,
  { label }: Chain,
  sets: readonly CommonsenseSet[],
): readonly number[] | undefined {
  const printed = publishedAccuracies[hubId?.toLowerCase() ?? '']?.[label];
  return sets.length === commonsenseSets.length ? printed : undefined;
}

async function endIdsOf({ tokenizer, checkpoint }: OpenedModel, { ends }: Protocol): Promise<readonly number[]> {
  if (ends === 'tokenizer' && tokenizer.eosId !== undefined) return [tokenizer.eosId];
  return await readEndIds(checkpoint);
}

function valuesOf({ sets, data }: CommonsensePlan, rows: readonly ResultRow[]): (number | null)[] {
  const values = sets.map((set) => {
    const place = data.findIndex((each) => each.set === set);
    return place < 0 ? null : 100 * rows[place]!.value;
  });
  return [...values, unweightedAverage(values.filter((value) => value !== null))];
}

function resultOf(plan: CommonsensePlan, result: CommonsenseResult): ExperimentResult {
  const { rows, numbers, notes } = result;
  return {
    table: tableOf(plan, rows),
    numbers,
    artifact: commonsenseArtifact(plan, result),
    json: { table: { rows }, numbers },
    inWords: (files) =>
      resultInWords({
        table: tableOf(plan, rows, true),
        remarks: [plan.caption, ...notes],
        files: { Table: files.table, 'Numbers with their provenance': files.numbers },
      }),
  };
}

/** With printed numbers, each row that has some is followed by them. */
function tableOf({ sets }: CommonsensePlan, rows: readonly FinishedRow[], withPublished = false): Table {
  const decimals = 1;
  const columns = [
    'Model',
    '',
    ...[...sets.map(({ header }) => header), 'AVG'].map((header) => ({ header, decimals })),
  ];
  const own = rows.map(({ model, label, values, published }) => [
    [model, label, ...values],
    ...(withPublished && published !== undefined ? [['', '  published', ...published]] : []),
  ]);
  return { columns, rows: own.flat() };
}

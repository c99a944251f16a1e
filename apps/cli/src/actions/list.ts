/** What there is to choose from; every list imports only what it lists. */
import { nearestNames } from '@linchpin/errors';
import { type ListFlags, listNames } from '../commands/list.ts';
import { unknownList } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import type { Listing } from '@linchpin/report';
import { printListing } from '../listing.ts';

export async function list(what: string, flags: ListFlags, invocation: Invocation): Promise<void> {
  const name = listNames.find((known) => known === what);
  if (name === undefined) throw unknownList(what, nearestNames(what, listNames), listNames);
  await printListing(await lists[name](flags, invocation), flags);
}

const lists: Readonly<
  Record<(typeof listNames)[number], (flags: ListFlags, invocation: Invocation) => Promise<Listing>>
> = {
  tasks: listTasks,
  models: listModels,
  interventions: listInterventions,
  methods: listMethods,
  tables: listTables,
  figures: listFigures,
  datasets: listDatasets,
  devices: listDevices,
};

/** Own tasks, those of the project, and groups of them. */
async function listTasks(_: ListFlags, { config }: Invocation): Promise<Listing> {
  const { allGroups, knownTasks, tasksOf } = await import('@linchpin/tasks');
  const { loadTasks } = await import('@linchpin/config');
  const own = config === undefined ? [] : await loadTasks(config);
  const tasks = knownTasks(own.map(({ task }) => task));
  return [
    ...tasks.map(({ name, version, kind, metrics, chance, fewshot, tags = [] }) => ({
      name,
      version,
      kind,
      metrics,
      chance,
      fewshot: fewshot?.published ?? fewshot?.usual ?? null,
      tags,
    })),
    ...allGroups.map((group) => ({
      name: group.name,
      version: group.version,
      kind: `${tasksOf(group).length} tasks`,
      metrics: group.metrics.map(({ metric }) => metric),
      chance: null,
      fewshot: null,
      tags: [],
    })),
  ];
}

/** Models whose super weights are known: the embedded ones and those of the paper. */
async function listModels(): Promise<Listing> {
  const { listKnownModels } = await import('@linchpin/harness');
  return (await listKnownModels()).map(({ name, where, superWeights }) => ({ name, where, superWeights }));
}

async function listInterventions(_: ListFlags, { plugins: external }: Invocation): Promise<Listing> {
  const { plugins } = await import('@linchpin/harness');
  return [...plugins, ...external].map(({ name, summary, options }) => ({ name, summary, options }));
}

/** Ways of training, each with the intervention that reads what it has trained. */
async function listMethods(_: ListFlags, { plugins: external }: Invocation): Promise<Listing> {
  const { plugins } = await import('@linchpin/harness');
  return [...plugins, ...external].flatMap(({ name: intervention, methods = [] }) =>
    methods.map(({ name, summary, options }) => ({ name, summary, options, intervention })),
  );
}

async function listTables(): Promise<Listing> {
  const { allTables } = await import('../papers.ts');
  return allTables().map(({ paper, name, table: { title, columns } }) => ({
    paper,
    name,
    title,
    columns: columns.map(({ header }) => header),
  }));
}

async function listFigures(): Promise<Listing> {
  const { allFigures } = await import('../papers.ts');
  const { flagName } = await import('../flags.ts');
  const { flagsOf } = await import('../taken-flags.ts');
  return allFigures().map(({ paper, name, figure: { title, takes } }) => ({
    paper,
    name,
    title,
    flags: flagsOf(takes).map(flagName),
  }));
}

async function listDatasets({ datasets }: ListFlags): Promise<Listing> {
  const { listDataFiles } = await import('@linchpin/installation');
  return (await listDataFiles(datasets)).map((data) => ({ ...data }));
}

/** What can compute here, and of what cannot what is missing. */
async function listDevices(): Promise<Listing> {
  const { inspectDevices } = await import('@linchpin/runtime');
  return (await inspectDevices()).map(({ name, summary, engine, problem }) => ({
    name,
    summary,
    here: engine ?? `no: ${problem?.message}`,
  }));
}

/** What there is to choose from; every list imports only what it lists. */
import { nearestNames } from '@linchpin/errors';
import { type ListFlags, listNames } from '../commands/list.ts';
import { unknownList } from '../errors.ts';
import { type Listing, printListing } from '../listing.ts';

export async function list(what: string, flags: ListFlags): Promise<void> {
  const name = listNames.find((known) => known === what);
  if (name === undefined) throw unknownList(what, nearestNames(what, listNames), listNames);
  await printListing(await lists[name](flags), flags);
}

const lists: Readonly<Record<(typeof listNames)[number], (flags: ListFlags) => Promise<Listing>>> = {
  tasks: listTasks,
  models: listModels,
  interventions: listInterventions,
  tables: listTables,
  figures: listFigures,
  datasets: listDatasets,
};

async function listTasks(): Promise<Listing> {
  const { tasks } = await import('@linchpin/tasks');
  return tasks.map(({ name, version, kind, metrics, chance }) => ({ name, version, kind, metrics, chance }));
}

/** Models whose super weights are known: the embedded ones and those of the paper. */
async function listModels(): Promise<Listing> {
  const { listKnownModels } = await import('./list-known-models.ts');
  return await listKnownModels();
}

async function listInterventions(): Promise<Listing> {
  const { plugins } = await import('../generated/plugins.ts');
  const { externalPlugins } = await import('../config/external-plugins.ts');
  return [...plugins, ...externalPlugins()].map(({ name, summary, options }) => ({ name, summary, options }));
}

async function listTables(): Promise<Listing> {
  const { tables } = await import('../generated/tables.ts');
  return tables.map(({ number, title, columns }) => ({ number, title, columns: columns.map(({ header }) => header) }));
}

async function listFigures(): Promise<Listing> {
  const { figures } = await import('../generated/figures.ts');
  const { flagName } = await import('../flag-name.ts');
  return figures.map(({ number, title, takes }) => ({ number, title, flags: takes.map(flagName) }));
}

async function listDatasets({ datasets }: ListFlags): Promise<Listing> {
  const { listDataFiles } = await import('./list-data-files.ts');
  return await listDataFiles(datasets);
}

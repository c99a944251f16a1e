/** `linchpin ls`: what there is to choose from. */
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stdout } from 'node:process';
import { findDataset, identifyFile, manifest, miniFolder } from '@linchpin/datasets';
import { isLinchpinError, nearestNames } from '@linchpin/errors';
import { knownSuperWeights } from '@linchpin/models';
import { formatSuperWeight } from '@linchpin/plugin-api';
import { tasks } from '@linchpin/tasks';
import type { Command } from 'commander';
import { unknownList } from '../errors.ts';
import { tables } from '../generated/tables.ts';
import { installedPlugins } from '../interventions.ts';
import { embeddedModel, openModel } from '../open-model.ts';
import { addOutputFlags, type Listing, type OutputFlags, printListing } from '../output.ts';

interface ListFlags extends OutputFlags {
  readonly datasets?: string;
}

const lists: Readonly<Record<string, (flags: ListFlags) => Listing | Promise<Listing>>> = {
  tasks: () => ({
    columns: ['task', 'version', 'kind', 'metrics', 'chance'],
    rows: tasks.map((task) => [task.name, task.version, task.kind, task.metrics.join(', '), task.chance]),
  }),
  models: listModels,
  interventions: () => ({
    columns: ['intervention', 'what it does', 'options'],
    rows: [...installedPlugins.values()].map(({ name, summary, options }) => [
      name,
      summary,
      Object.entries(options)
        .map(([option, meaning]) => `${option}: ${meaning}`)
        .join('; '),
    ]),
  }),
  tables: () => ({ columns: ['table', 'title', 'columns'], rows: tables.map((table) => [table.number, table.title, table.columns.map(({ header }) => header).join(', ')]) }),
  datasets: listDatasets,
};

export function addListCommand(program: Command): void {
  const command = program
    .command('ls')
    .argument('<what>', Object.keys(lists).join(', '))
    .description('List tasks, models, interventions, tables or data sets.')
    .option('--datasets <DIR>', 'folder of the data files; the embedded mini sets when absent');
  addOutputFlags(command).action(async (what: string, flags: ListFlags) => {
    const list = lists[what];
    if (list === undefined) throw unknownList(what, nearestNames(what, Object.keys(lists)), Object.keys(lists));
    await printListing(await list(flags), flags);
  });
}

/** Models whose super weights are known: the embedded ones and those of the paper. */
async function listModels(): Promise<Listing> {
  const embedded: (string | number)[][] = [];
  for (const name of await readdir(dirname(embeddedModel))) {
    const opened = await openModel({ model: `${dirname(embeddedModel)}/${name}`, quiet: true });
    embedded.push([name, 'embedded', opened.facts.superWeights().map(formatSuperWeight).join(', ')]);
  }
  const known = knownSuperWeights.map(({ id, weights }) => [id, 'Hub', weights.map(formatSuperWeight).join(', ')]);
  return { columns: ['model', 'where', 'super weights (LAYER:ROW:COLUMN)'], rows: [...embedded, ...known] };
}

async function listDatasets(flags: ListFlags): Promise<Listing> {
  const folder = flags.datasets ?? miniFolder;
  const rows: (string | number)[][] = [];
  for (const [name, entry] of Object.entries(manifest)) {
    const file = locate(folder, name);
    const identity = file === undefined ? '' : (await identifyFile(file)).description;
    rows.push([name, [entry.hubId, entry.config].filter(Boolean).join(' '), entry.split, entry.rows ?? '', file ?? 'not there', identity]);
  }
  return { columns: ['data set', 'Hub', 'split', 'rows of the split', 'file', 'recognised as'], rows };
}

function locate(folder: string, name: string): string | undefined {
  try {
    return findDataset(folder, name).file;
  } catch (error) {
    if (isLinchpinError(error)) return undefined;
    throw error;
  }
}

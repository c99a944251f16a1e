/** Lists, removes, exports and imports the runs of a store. */
import { stdout } from 'node:process';
import type { RunSummary } from '@linchpin/run-store';
import type { RunsFlags } from '../commands/runs.ts';
import { printListing } from '../listing.ts';
import { noStore } from '../runs/errors.ts';
import { runLogOf } from '../runs/run-log-of.ts';
import { runInWords, secondsOf } from '../runs/run-in-words.ts';
import { storeOf } from '../store/open-stores.ts';
import { requireWritable } from '../writable.ts';

export async function listRuns(flags: RunsFlags): Promise<void> {
  const runs = (await runLogOf(flags)).list();
  if (runs.length === 0 && flags.json !== true) {
    stdout.write(`No runs in ${flags.store}.\n`);
    return;
  }
  await printListing(runs.map(listed), flags);
}

export async function removeRuns(names: readonly string[], flags: RunsFlags): Promise<void> {
  const log = await runLogOf(flags);
  // Names first: after a run is gone, a beginning may mean another one.
  const ids = new Set(names.map((name) => log.find(name).id));
  for (const id of ids) stdout.write(`removed ${runInWords(log.remove(id))}\n`);
}

export async function exportRun(name: string, file: string | undefined, flags: RunsFlags): Promise<void> {
  const log = await runLogOf(flags);
  const { id } = log.find(name);
  const path = file ?? `${id}.run.gz`;
  await requireWritable(path);
  stdout.write(`${path}: ${runInWords(log.exportTo(id, path))}\n`);
}

export async function importRuns(files: readonly string[], flags: RunsFlags): Promise<void> {
  const store = await storeOf(flags);
  if (store === undefined) throw noStore(flags.store);
  for (const file of files) {
    const { run, isNew } = store.runs.importFrom(file);
    stdout.write(`${file}: ${runInWords(run)}${isNew ? '' : ', which the store had already'}\n`);
  }
}

function listed(run: RunSummary): Record<string, string | number | null> {
  const { id, status, startedAt, command, partCount, itemCount } = run;
  return {
    run: id,
    started: startedAt,
    status,
    seconds: secondsOf(run),
    parts: partCount,
    items: itemCount,
    command: command.join(' '),
  };
}

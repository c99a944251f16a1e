/** Lists, removes, exports and imports the runs of a store. */
import { stdout } from 'node:process';
import { requireWritable } from '@linchpin/report';
import { importInWords, openRunStore, runInWords, type RunSummary, secondsOf } from '@linchpin/run-store';
import type { ExportFlags, RunsFlags } from '../commands/runs.ts';
import { noStore } from '../errors.ts';
import { FailedCheck } from '../exit-codes.ts';
import { printListing } from '../listing.ts';
import { withRunLog } from '../with-run-log.ts';

export async function listRuns(flags: RunsFlags): Promise<void> {
  await withRunLog(flags, async (logOf) => {
    const runs = logOf().list();
    if (runs.length === 0 && flags.json !== true) stdout.write(`No runs in ${flags.store}.\n`);
    else await printListing(runs.map(listed), flags);
  });
}

export async function removeRuns(names: readonly string[], flags: RunsFlags): Promise<void> {
  await withRunLog(flags, async (logOf) => {
    const log = logOf();
    // Names first: after a run is gone, a beginning may mean another one.
    const ids = new Set(names.map((name) => log.find(name).id));
    for (const id of ids) stdout.write(`removed ${runInWords(log.remove(id))}\n`);
  });
}

export async function exportRun(name: string, file: string | undefined, flags: ExportFlags): Promise<void> {
  await withRunLog(flags, async (logOf) => {
    const log = logOf();
    const { id } = log.find(name);
    const path = file ?? `${id}.run.gz`;
    await requireWritable(path);
    const { batches = true } = flags;
    stdout.write(`${path}: ${runInWords(log.exportTo(id, path, { batches }))}\n`);
  });
}

/** Makes the store where there is none: a run that is carried there may be its first. */
export async function importRuns(files: readonly string[], flags: RunsFlags): Promise<void> {
  if (typeof flags.store !== 'string') throw noStore(flags.store);
  const store = openRunStore(flags.store);
  try {
    const refused = new Set<string>();
    const problems: string[] = [];
    for (const file of files) {
      const { words, problem } = importInWords(store.runs.importFrom(file, { refused }));
      stdout.write(`${file}: ${words}\n`);
      if (problem !== undefined) problems.push(`${file}: ${problem}`);
    }
    if (problems.length > 0) throw new FailedCheck(problems.join('\n'));
  } finally {
    store.close();
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

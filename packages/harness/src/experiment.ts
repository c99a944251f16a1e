/** Runs experiments: files that can be written, the plan, the numbers, and on every way out what is saved of them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Interrupted } from '@linchpin/execution';
import type { ResultRow } from '@linchpin/plugin-api';
import { plainSession } from '@linchpin/runtime';
import {
  artifactToJson,
  figureToSvg,
  makeFolder,
  removeEmptyFolders,
  requireWritable,
  resultRowsToCsv,
  tableToCsv,
  writeFileAtomically,
} from '@linchpin/report';
import type {
  Experiment,
  ExperimentFiles,
  ExperimentResult,
  Harness,
  Place,
  PlannedExperiment,
  SavedExperiment,
} from './harness.ts';

/** Plans an experiment whose files can be written; what it gives back computes and saves them. */
export async function planExperiment<Options>(
  harness: Harness,
  experiment: Experiment<Options>,
  { options, place, made }: ExperimentCall<Options>,
): Promise<() => Promise<SavedExperiment>> {
  const { division } = harness.context;
  if (division !== undefined) return divided(await experiment.plan(harness, options), experiment, harness.context);
  const files = filesOf(experiment, place);
  const uppermost = await makeFolder(place.out);
  if (uppermost !== undefined) made.set(place.out, uppermost);
  const orNothing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const own = made.get(place.out);
      if (own !== undefined) await removeEmptyFolders(place.out, own);
      throw error;
    }
  };
  const planned = await orNothing(async () => {
    for (const file of [files.table, files.numbers, files.artifact, files.drawing]) await requireWritable(file);
    return await experiment.plan(harness, options);
  });
  const write = async (): Promise<SavedExperiment> => {
    const partial = join(place.out, `${experiment.name}-numbers.partial.csv`);
    const result = await runKeeping(planned, harness, partial);
    await save(result, files);
    await rm(partial, { force: true });
    return { ...result, words: result.inWords(files) };
  };
  return async () => {
    // One that was planned for the same folder may have failed since, and have taken the empty folder with it.
    await makeFolder(place.out);
    return await orNothing(write);
  };
}

/** Of a share of the work there are no results: nothing is written, and nothing said. */
function divided(
  planned: PlannedExperiment,
  experiment: { readonly hasParts?: boolean },
  { division, settings }: Harness['context'],
): () => Promise<SavedExperiment> {
  return async () => {
    if (experiment.hasParts === true) {
      await planned.run(() => {});
    } else if (division?.whole(plainSession(settings)) === true) {
      await planned.run(() => {});
      division.endWhole();
    }
    return { table: { columns: [], rows: [] }, numbers: [], json: null, words: '', inWords: () => '' };
  };
}

interface ExperimentCall<Options> {
  readonly options: Options;
  readonly place: Place;
  /** Folders that this harness has made, each with the uppermost of those above it that it made, too. */
  readonly made: Map<string, string>;
}

function filesOf({ name }: { readonly name: string }, { out, csv }: Place): ExperimentFiles {
  const file = (end: string): string => join(out, `${name}${end}`);
  return {
    table: csv ?? file('.csv'),
    numbers: file('-numbers.csv'),
    artifact: file('.json'),
    drawing: file('.svg'),
    more: file,
  };
}

/** When the run ends early, the numbers that are done are saved, and whoever asked is told where. */
async function runKeeping(
  planned: PlannedExperiment,
  { context }: Harness,
  partial: string,
): Promise<ExperimentResult> {
  const done: ResultRow[] = [];
  try {
    return await planned.run((numbers) => void done.push(...numbers));
  } catch (error) {
    if (done.length === 0) throw error;
    await writeFileAtomically(partial, resultRowsToCsv(done));
    const saved = `${done.length} finished numbers are saved in ${partial}; nothing else was written`;
    if (context.signal.aborted) throw new Interrupted(saved, { cause: error });
    context.reporter.remark(saved);
    throw error;
  }
}

async function save(result: ExperimentResult, files: ExperimentFiles): Promise<void> {
  const { table, numbers, artifact, drawing, more = {} } = result;
  if (artifact !== undefined) await writeFileAtomically(files.artifact, artifactToJson(artifact));
  if (drawing !== undefined) await writeFileAtomically(files.drawing, await figureToSvg(drawing));
  await writeFileAtomically(files.table, tableToCsv(table));
  if (numbers.length > 0) await writeFileAtomically(files.numbers, resultRowsToCsv(numbers));
  for (const [end, content] of Object.entries(more)) {
    const text = 'kind' in content ? artifactToJson(content) : tableToCsv(content);
    await writeFileAtomically(files.more(end), text);
  }
}

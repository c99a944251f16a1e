/** Runs experiments: files that can be written, the plan, the numbers, and on every way out what is saved of them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Interrupted } from '@linchpin/execution';
import type { ResultRow } from '@linchpin/plugin-api';
import {
  artifactToJson,
  figureToSvg,
  makeFolder,
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
  { options, place }: { readonly options: Options; readonly place: Place },
): Promise<() => Promise<SavedExperiment>> {
  const files = filesOf(experiment, place);
  await makeFolder(place.out);
  for (const file of [files.table, files.numbers, files.artifact, files.drawing]) await requireWritable(file);
  const planned = await experiment.plan(harness, options);
  return async () => {
    const partial = join(place.out, `${experiment.name}-numbers.partial.csv`);
    const result = await runKeeping(planned, harness, partial);
    await save(result, files);
    await rm(partial, { force: true });
    return { ...result, words: result.inWords(files) };
  };
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

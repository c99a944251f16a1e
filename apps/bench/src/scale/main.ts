/** `npm run -s bench:scale -- …`: what the cost of a request depends on, as docs/performance.md with charts. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isLinchpinError } from '@linchpin/errors';
import { folderTexts, loadTokenizer } from '@linchpin/models';
import { figureToSvg, makeFolder, requireWritable, writeFileAtomically } from '@linchpin/report';
import { plainSession, threadsFor } from '@linchpin/runtime';
import { Command, Option } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { seriesIncomplete, unreadableFile } from '../errors.ts';
import { Failures } from '../failures.ts';
import { miniModel, shared, sharedTokenizer, temporaryFolder, writeCheckpoint } from '../set-up.ts';
import { hostShape, shapes } from '../shapes.ts';
import { openWithTokenizer } from '../workload.ts';
import { chartsOf } from './charts.ts';
import { countTask, type TaskCount } from './count-tasks.ts';
import { type Checkpoint, SeriesMeter } from './measure-series.ts';
import { performancePage } from './page.ts';
import type { ScaleRecord } from './record.ts';

interface ScaleFlags {
  readonly out: string;
  readonly models?: string;
  readonly shapes: readonly string[];
  readonly requests: number;
  readonly counted: number;
  readonly rounds: number;
  readonly threads?: number;
  readonly measured?: string;
}

const table1Tasks = ['arc_challenge', 'arc_easy', 'hellaswag', 'lambada_openai', 'piqa', 'sciq', 'winogrande'];

const flags = new Command('bench:scale')
  .description('Measures what the cost of a request depends on, and writes docs/performance.md with charts.')
  .option('--out <DIR>', 'folder of the page', fileURLToPath(new URL('../../../../docs', import.meta.url)))
  .option('--models <DIR>', 'folder in which the random checkpoints are kept; a temporary one when absent')
  .addOption(new Option('--shapes <NAME...>', 'sizes of models').choices(Object.keys(shapes)).default(['134M', '1.1B']))
  .option('--requests <N>', 'most requests', wholeNumber, 100_000)
  .option('--counted <N>', 'items of each task that are counted', wholeNumber, 1000)
  .option(
    '--rounds <N>',
    'measurements of every point, of which the best counts; more where the machine was slower',
    wholeNumber,
    2,
  )
  .option('--threads <N>', 'threads; OMP_NUM_THREADS or one a physical core when absent', wholeNumber)
  .option('--measured <FILE>', 'write the page again from this performance/measurements.json')
  .parse()
  .opts<ScaleFlags>();

const folder = join(flags.out, 'performance');
const measurements = join(folder, 'measurements.json');
const page = join(flags.out, 'performance.md');

const failures = new Failures();
await failures.attempt(async () => {
  await makeFolder(folder);
  await requireWritable(measurements);
  await requireWritable(page);
  await write(flags.measured === undefined ? await measureAll() : await readRecord(flags.measured));
});
process.exitCode = failures.report();

async function readRecord(file: string): Promise<ScaleRecord> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ScaleRecord;
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}

async function measureAll(): Promise<ScaleRecord> {
  const temporary = await temporaryFolder('linchpin-scale-');
  try {
    return await measureSeries(flags.models ?? temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What is counted comes first, for it may find fault with data; where a series fails, those before it are kept. */
async function measureSeries(models: string): Promise<ScaleRecord> {
  const meter = new SeriesMeter({
    encodedFolder: join(models, 'encoded'),
    threads: flags.threads,
    rounds: flags.rounds,
  });
  const { host, checkpoints } = await writeCheckpoints(models);
  const [smallest] = checkpoints as [Checkpoint, ...Checkpoint[]];
  const made = {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? 'unknown processor',
    engine: plainSession().engine,
    threads: threadsFor(flags.threads),
    tasks: await countAll(smallest),
  };
  let measured: Partial<ScaleRecord> = made;
  try {
    const requests = await meter.requests(host, flags.requests);
    measured = { ...made, requests };
    const sizes = await meter.sizes(checkpoints);
    measured = { ...measured, ...sizes };
    const choices = await meter.choices(smallest);
    measured = { ...measured, choices };
    return { ...made, requests, ...sizes, choices, contexts: await meter.contexts(smallest) };
  } catch (cause) {
    if (!isLinchpinError(cause)) throw cause;
    const file = join(folder, 'measurements.incomplete.json');
    await writeFileAtomically(file, `${JSON.stringify(measured, null, 2)}\n`);
    throw seriesIncomplete(file, cause);
  }
}

/** Opened once: whatever is wrong with one of them is found before the first series. */
async function writeCheckpoints(models: string): Promise<{ host: Checkpoint; checkpoints: Checkpoint[] }> {
  const host = { name: 'host', folder: join(models, 'host') };
  await writeCheckpoint(host.folder, hostShape, miniModel);
  const checkpoints: Checkpoint[] = [];
  for (const name of flags.shapes) {
    const checkpoint = { name, folder: join(models, name) };
    await writeCheckpoint(checkpoint.folder, shapes[name]!, existsSync(sharedTokenizer) ? sharedTokenizer : miniModel);
    checkpoints.push(checkpoint);
  }
  for (const checkpoint of [host, ...checkpoints]) await openWithTokenizer(checkpoint.folder);
  return { host, checkpoints };
}

/** Nothing where the data sets of the paper or its tokenizer are not there: others would give other numbers. */
async function countAll({ folder: model }: Checkpoint): Promise<TaskCount[]> {
  const datasets = resolve(shared, 'datasets');
  if (!existsSync(datasets) || !existsSync(sharedTokenizer)) return [];
  const tokenizer = await loadTokenizer(folderTexts(model), { vocabularySize: 32000 });
  const counts: TaskCount[] = [];
  for (const task of table1Tasks)
    counts.push(await countTask(task, { datasets, tokenizer, contextLength: 2048, items: flags.counted }));
  return counts;
}

async function write(record: ScaleRecord): Promise<void> {
  await writeFileAtomically(measurements, `${JSON.stringify(record, null, 2)}\n`);
  for (const [name, figure] of Object.entries(chartsOf(record)))
    await writeFileAtomically(join(folder, `${name}.svg`), `${await figureToSvg(figure)}\n`);
  await writeFileAtomically(page, performancePage(record));
}

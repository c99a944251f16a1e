/** `pnpm bench:scale`: what the cost of a request depends on, as docs/performance.md with charts. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTokenizer } from '@linchpin/models';
import { figureToSvg, writeFileAtomically } from '@linchpin/report';
import { engine, threadsFor } from '@linchpin/runtime';
import { Command, Option } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { miniModel, shared, writeCheckpoint } from '../set-up.ts';
import { hostShape, shapes } from '../shapes.ts';
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
const llamaTokenizer = resolve(shared, 'tokenizers/llama2');

const flags = new Command('bench:scale')
  .description('Measures what the cost of a request depends on, and writes docs/performance.md with charts.')
  .option('--out <DIR>', 'folder of the page', fileURLToPath(new URL('../../../../docs', import.meta.url)))
  .option('--models <DIR>', 'folder in which the random checkpoints are kept; a temporary one when absent')
  .addOption(
    new Option('--shapes <NAME...>', 'sizes of models').choices(Object.keys(shapes)).default(Object.keys(shapes)),
  )
  .option('--requests <N>', 'most requests', wholeNumber, 100_000)
  .option('--counted <N>', 'items of each task that are counted', wholeNumber, 1000)
  .option(
    '--rounds <N>',
    'measurements of every point, of which the best counts; more where the machine was slower',
    wholeNumber,
    2,
  )
  .option('--threads <N>', 'threads; one a physical core when absent', wholeNumber)
  .option('--measured <FILE>', 'write the page again from this performance/measurements.json')
  .parse()
  .opts<ScaleFlags>();

const temporary = await mkdtemp(join(tmpdir(), 'linchpin-scale-'));
try {
  const { measured } = flags;
  await write(
    measured === undefined ? await measureAll() : (JSON.parse(await readFile(measured, 'utf8')) as ScaleRecord),
  );
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function measureAll(): Promise<ScaleRecord> {
  const models = flags.models ?? temporary;
  const meter = new SeriesMeter({
    encodedFolder: join(models, 'encoded'),
    threads: flags.threads,
    rounds: flags.rounds,
  });
  const host = { name: 'host', folder: join(models, 'host') };
  await writeCheckpoint(host.folder, hostShape, miniModel);
  const checkpoints: Checkpoint[] = [];
  for (const name of flags.shapes) {
    const folder = join(models, name);
    await writeCheckpoint(folder, shapes[name]!, existsSync(llamaTokenizer) ? llamaTokenizer : miniModel);
    checkpoints.push({ name, folder });
  }
  const [smallest] = checkpoints;
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? 'unknown processor',
    engine,
    threads: threadsFor(flags.threads),
    requests: await meter.requests(host, flags.requests),
    ...(await meter.sizes(checkpoints)),
    choices: await meter.choices(smallest!),
    contexts: await meter.contexts(smallest!),
    tasks: await countAll(smallest!),
  };
}

/** Nothing where the data sets of the paper or its tokenizer are not there: others would give other numbers. */
async function countAll({ folder }: Checkpoint): Promise<TaskCount[]> {
  const datasets = resolve(shared, 'datasets');
  if (!existsSync(datasets) || !existsSync(llamaTokenizer)) return [];
  const tokenizer = await loadTokenizer(folder, { vocabularySize: 32000 });
  const counts: TaskCount[] = [];
  for (const task of table1Tasks)
    counts.push(await countTask(task, { datasets, tokenizer, contextLength: 2048, items: flags.counted }));
  return counts;
}

async function write(record: ScaleRecord): Promise<void> {
  const folder = join(flags.out, 'performance');
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, 'measurements.json'), `${JSON.stringify(record, null, 2)}\n`);
  for (const [name, figure] of Object.entries(chartsOf(record)))
    await writeFileAtomically(join(folder, `${name}.svg`), `${await figureToSvg(figure)}\n`);
  await writeFileAtomically(join(flags.out, 'performance.md'), performancePage(record));
}

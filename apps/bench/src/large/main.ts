/**
 * `npm run -s bench:large -- …`: whether a model of LLaMA-7B's size fits this machine, and what it costs: every row of Table 1 with
 * one item of each task and one window of each corpus, over random weights that lie in their file as float16.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import process, { stderr, stdout } from 'node:process';
import { openHarness } from '@linchpin/harness';
import { table1 } from '@linchpin/paper-super-weight';
import type { ResultRow, SuperWeight } from '@linchpin/plugin-api';
import { renderTable } from '@linchpin/report';
import { plainSession, threadsFor } from '@linchpin/runtime';
import { terminalReporter } from '@linchpin/terminal';
import { Command, Option } from 'commander';
import { wholeNumber } from '../bench-flags.ts';
import { noTokenizer } from '../errors.ts';
import { Failures } from '../failures.ts';
import { findDatasets, sharedTokenizer, temporaryFolder, writeCheckpoint } from '../set-up.ts';
import { shapes } from '../shapes.ts';
import { MemoryMeter } from './memory-meter.ts';

interface LargeFlags {
  readonly shape: string;
  readonly models?: string;
  readonly datasets?: string;
  readonly context: number;
  readonly limit: number;
  readonly windows: number;
  readonly threads?: number;
}

const flags = new Command('bench:large')
  .description('Computes Table 1 of a large model with random weights, and says what it took in time and memory.')
  .addOption(new Option('--shape <NAME>', 'random LLaMA weights').choices(Object.keys(shapes)).default('7B'))
  .option('--models <DIR>', 'folder in which the random checkpoint is kept; a temporary one when absent')
  .option('--datasets <DIR>', 'folder of the data files')
  .option('--context <N>', 'longest text of the model, and with it tokens of a window', wholeNumber, 512)
  .option('--limit <N>', 'first items of each task', wholeNumber, 1)
  .option('--windows <N>', 'first windows of each corpus', wholeNumber, 1)
  .option('--threads <N>', 'threads; OMP_NUM_THREADS or one a physical core when absent', wholeNumber)
  .parse()
  .opts<LargeFlags>();

const mebibyte = 1024 ** 2;
/** Of every matrix: more than the row without its 1e-6 largest weights takes away. */
const outliers = 64;

const failures = new Failures();
await failures.attempt(async () => {
  if (!existsSync(join(sharedTokenizer, 'tokenizer.json'))) throw noTokenizer(sharedTokenizer);
  const folder = flags.models ?? (await temporaryFolder('linchpin-bench-large-'));
  try {
    const model = join(folder, `${flags.shape}-${flags.context}`);
    stderr.write(`random weights in ${model}; they are written where they are not there\n`);
    const shape = { ...shapes[flags.shape]!, contextLength: flags.context, outliers };
    await writeCheckpoint(model, shape, sharedTokenizer);
    await measure(model);
  } finally {
    if (flags.models === undefined) await rm(folder, { recursive: true, force: true });
  }
});
process.exitCode = failures.report();

async function measure(model: string): Promise<void> {
  const threads = threadsFor(flags.threads);
  const memory = new MemoryMeter();
  await using harness = await openHarness({
    threads,
    datasets: findDatasets(flags.datasets),
    // A row takes minutes: whoever waits sees how far it is.
    reporter: terminalReporter({ signal: new AbortController().signal }),
  });
  const { limit, windows } = flags;
  const { numbers } = await harness.run(table1, { model, limit, windows, superWeights: [anyWeight(flags.shape)] });
  const { own, mapped } = await memory.stop();
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB`;
  stdout.write(
    `Table 1 of the ${flags.shape} shape, windows of ${flags.context} tokens: ${plainSession().engine}, ${machine}\n\n${describe(numbers)}\n`,
  );
  const { user, system } = process.cpuUsage();
  stdout.write(`${((user + system) / 1e6).toFixed(0)} CPU seconds, writing the weights included. `);
  stdout.write(`Largest own memory ${(own / mebibyte).toFixed(0)} MiB, largest resident share of mapped files `);
  stdout.write(`${(mapped / mebibyte).toFixed(0)} MiB\n`);
}

/** Where LLaMA-7B has its super weight, or the last place of a smaller matrix; the value there is random like all others. */
function anyWeight(shape: string): SuperWeight {
  const { hidden, intermediate } = shapes[shape]!;
  return { layer: 2, row: Math.min(3968, hidden - 1), column: Math.min(7003, intermediate - 1) };
}

/** Tasks and corpora apart: tasks read the head's output at few of their tokens only. */
function describe(numbers: readonly ResultRow[]): string {
  const labels = [...new Set(numbers.map(({ label }) => label))];
  const rows = labels.flatMap((label) =>
    [true, false].map((isCorpus) => {
      const of = numbers.filter((row) => row.label === label && isCorpus === isPerplexityOfText(row));
      const tokens = distinct(of, ({ tokensComputed }) => tokensComputed);
      const seconds = distinct(of, (row) => row.seconds);
      return [label, isCorpus ? 'corpora' : 'tasks', String(tokens), seconds.toFixed(1), (seconds / tokens).toFixed(3)];
    }),
  );
  return renderTable({ columns: ['row', 'data', 'tokens computed', 'seconds', 'seconds a token'], rows });
}

function isPerplexityOfText({ task }: ResultRow): boolean {
  return task === 'c4' || task === 'wikitext2';
}

/** A task has several rows of metrics, which were computed once. */
function distinct(rows: readonly ResultRow[], of: (row: ResultRow) => number): number {
  return [...new Map(rows.map((row) => [row.task, of(row)])).values()].reduce((sum, each) => sum + each, 0);
}

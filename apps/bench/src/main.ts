/** `pnpm bench`: what scoring costs, as ratios of one run. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { resourceUsage, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { miniFolder } from '@linchpin/datasets';
import { defaultBatchTokens } from '@linchpin/evaluator';
import { engine, matrixSpeed } from '@linchpin/runtime';
import { renderTable } from '@linchpin/report';
import { writeRandomLlama } from '@linchpin/testing';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type PeerResult, runLmEval } from './lm-eval.ts';
import { shapes } from './shapes.ts';
import { runWorkload, type WorkloadOptions, type WorkloadResult } from './workload.ts';

interface BenchFlags {
  readonly shape: string;
  readonly model?: string;
  readonly datasets?: string;
  readonly tokenizer?: string;
  readonly items: number;
  readonly batchTokens: number;
  readonly threads?: number;
  readonly python?: string;
  readonly peerScript?: string;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return value;
}

/** Relative difference of a log-likelihood that float32 in another order of summation stays below. */
const mostDifference = 1e-5;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const shared = process.env['LINCHPIN_SHARED'] ?? resolve(root, '../shared');

const flags = new Command('bench')
  .description(
    'Times the first items of six tasks, beside a plain matrix product and, with --python, beside lm-evaluation-harness.',
  )
  .addOption(
    new Option('--shape <NAME>', 'random LLaMA weights of this shape').choices(Object.keys(shapes)).default('134M'),
  )
  .option('--model <DIR>', 'a checkpoint instead of random weights')
  .option('--datasets <DIR>', 'data folder; the shared one, else the mini sets')
  .option('--tokenizer <DIR>', 'tokenizer of the random checkpoint; llama2 of the shared folder')
  .option('--items <N>', 'items of each task', wholeNumber, 100)
  .option('--batch-tokens <N>', 'token budget of a batch', wholeNumber, defaultBatchTokens)
  .option('--threads <N>', 'threads', wholeNumber)
  .option('--python <FILE>', 'a Python that has lm-eval: runs it on the same work')
  .option('--peer-script <FILE>', 'the runner script; peers/lm_eval_local.py of the shared folder')
  .parse()
  .opts<BenchFlags>();

const temporary = await mkdtemp(join(tmpdir(), 'linchpin-bench-'));
try {
  await bench(flags);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function bench(options: BenchFlags): Promise<void> {
  const work = await workOf(options);
  stderr.write(
    `${engine}, ${cpus()[0]?.model ?? 'unknown processor'}, ${work.threads ?? availableParallelism()} threads\n`,
  );
  const gemmBefore = await matrixSpeed(work);
  const ours = await runWorkload(work);
  const peakMemory = resourceUsage().maxRSS * 1024;
  const gemm = (gemmBefore + (await matrixSpeed(work))) / 2;
  stdout.write(`${describeOurs(ours, { gemm, peakMemory })}\n`);
  if (options.python === undefined) {
    stdout.write('Not compared with lm-evaluation-harness: --python names a Python that has it.\n');
    return;
  }
  const script = options.peerScript ?? resolve(shared, 'peers/lm_eval_local.py');
  const peer = await runLmEval({ ...work, python: options.python, script });
  const agreement = agree(ours, peer);
  stdout.write(`${compare(ours, peer, { peakMemory, agreement })}\n`);
  if (agreement.missing > 0 || agreement.largest > mostDifference) {
    stderr.write('The results are not equal: the times above compare different work.\n');
    process.exitCode = 1;
  }
}

async function workOf(options: BenchFlags): Promise<WorkloadOptions> {
  const datasets =
    options.datasets ?? (existsSync(resolve(shared, 'datasets')) ? resolve(shared, 'datasets') : miniFolder);
  let model = options.model;
  if (model === undefined) {
    const tokenizer = options.tokenizer ?? resolve(shared, 'tokenizers/llama2');
    model = existsSync(tokenizer) ? join(temporary, 'model') : resolve(root, 'models/mini');
    if (existsSync(tokenizer)) {
      await cp(tokenizer, model, { recursive: true });
      await writeRandomLlama(model, shapes[options.shape]!);
    } else {
      stderr.write(`${tokenizer} is not there: the embedded mini model is used instead of random weights\n`);
    }
  }
  return {
    model,
    datasets,
    items: options.items,
    bos: 'always',
    batchTokens: options.batchTokens,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  };
}

function describeOurs(result: WorkloadResult, { gemm, peakMemory }: { gemm: number; peakMemory: number }): string {
  const { cost, secondsScoring } = result;
  const speed = result.matrixFlops / secondsScoring / 1e9;
  const rows = [
    ['requests', String(cost.requests)],
    ['tokens asked for', String(cost.tokensAsked)],
    [
      'tokens computed, padding included',
      `${cost.tokensComputed} (${(cost.tokensAsked / cost.tokensComputed).toFixed(2)} times fewer)`,
    ],
    ['padding', `${((100 * cost.paddingTokens) / cost.tokensComputed).toFixed(1)} %`],
    ['distributions asked for, computed', `${cost.logitRowsAsked}, ${cost.logitRowsComputed}`],
    ['seconds to open', result.secondsOpening.toFixed(1)],
    ['seconds to score', secondsScoring.toFixed(1)],
    ['requests/s', (cost.requests / secondsScoring).toFixed(1)],
    ['tokens computed/s', (cost.tokensComputed / secondsScoring).toFixed(0)],
    [
      'GFLOP/s of products with weights',
      `${speed.toFixed(0)}, ${((100 * speed) / gemm).toFixed(0)} % of a plain Gemm's ${gemm.toFixed(0)}`,
    ],
    ['peak memory', megabytes(peakMemory)],
  ];
  return renderTable({ columns: ['scoring', ''], rows });
}

interface Agreement {
  /** Largest relative difference of a log-likelihood. */
  readonly largest: number;
  /** Requests that the other program scored and we did not. */
  readonly missing: number;
}

function agree(ours: WorkloadResult, peer: PeerResult): Agreement {
  let largest = 0;
  let missing = 0;
  for (const [key, value] of peer.logLikelihoods) {
    const own = ours.logLikelihoods.get(key);
    if (own === undefined) missing++;
    else largest = Math.max(largest, Math.abs(own - value) / Math.max(1, Math.abs(value)));
  }
  return { largest, missing };
}

function compare(
  ours: WorkloadResult,
  peer: PeerResult,
  { peakMemory, agreement }: { readonly peakMemory: number; readonly agreement: Agreement },
): string {
  const rows = [
    [
      'seconds to score',
      ours.secondsScoring.toFixed(1),
      peer.secondsScoring.toFixed(1),
      `${(peer.secondsScoring / ours.secondsScoring).toFixed(2)} times faster`,
    ],
    [
      'peak memory',
      megabytes(peakMemory),
      megabytes(peer.peakMemory),
      peer.peakMemory === undefined ? '' : `${(peakMemory / peer.peakMemory).toFixed(2)} of it`,
    ],
    [
      'log-likelihoods',
      String(ours.logLikelihoods.size),
      String(peer.logLikelihoods.size),
      `largest relative difference ${agreement.largest.toExponential(1)}, ${agreement.missing} missing`,
    ],
  ];
  return renderTable({ columns: ['', 'linchpin', `lm-eval ${peer.version} float32`, ''], rows });
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

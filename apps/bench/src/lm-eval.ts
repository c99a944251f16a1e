/** The same work by lm-evaluation-harness, in a process of its own, where Python and the runner script are at hand. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { miniFolder } from '@linchpin/datasets';
import { threadsFor } from '@linchpin/runtime';
import { noPeer, peerFailed } from './errors.ts';
import type { TaskWork, WorkloadOptions } from './workload.ts';

export interface PeerResult {
  /** Seconds of the scoring calls alone: building requests, tokenizing and metrics are left out. */
  readonly secondsScoring: number;
  /** Of all threads, over the same calls. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process, in bytes; undefined where the system does not tell. */
  readonly peakMemory: number | undefined;
  readonly logLikelihoods: ReadonlyMap<string, number>;
  readonly version: string;
}

export interface PeerOptions extends Pick<WorkloadOptions, 'model' | 'bos' | 'threads'> {
  readonly work: TaskWork;
  readonly python: string;
  /** Path of lm_eval_local.py. */
  readonly script: string;
  /** Requests that it runs at once. */
  readonly batch: number;
}

interface PeerReport {
  readonly versions: { readonly lm_eval: string };
  readonly total: { readonly seconds_scoring: number; readonly seconds_cpu: number };
}

interface PeerLine {
  readonly task: string;
  readonly doc_id: number;
  readonly choice: number;
  readonly loglikelihood: number;
}

/** Float32, on as many threads as our sessions have. */
export async function runLmEval(options: PeerOptions): Promise<PeerResult> {
  const out = await mkdtemp(join(tmpdir(), 'linchpin-bench-'));
  try {
    const peakMemory = await runPython(options, out);
    const report = JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as PeerReport;
    const lines = (await readFile(join(out, 'requests.jsonl'), 'utf8')).trim().split('\n');
    const requests = lines.map((line) => JSON.parse(line) as PeerLine);
    return {
      secondsScoring: report.total.seconds_scoring,
      cpuSeconds: report.total.seconds_cpu,
      peakMemory,
      logLikelihoods: new Map(
        requests.map((line) => [`${line.task}/${line.doc_id}/${line.choice}`, line.loglikelihood]),
      ),
      version: report.versions.lm_eval,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function runPython(options: PeerOptions, out: string): Promise<number | undefined> {
  const settings = [
    '--model',
    options.model,
    // The script knows the embedded sets by other names.
    options.work.datasets === miniFolder ? '--mini' : '--datasets',
    options.work.datasets,
    '--tasks',
    options.work.tasks.join(','),
    '--limit',
    String(options.work.items),
  ];
  const numerics = [
    '--add-bos',
    options.bos,
    '--batch-size',
    String(options.batch),
    '--dtype',
    'float32',
    '--bootstrap-iters',
    '0',
  ];
  const threads = String(threadsFor(options.threads));
  const child = spawn(
    options.python,
    [options.script, ...settings, ...numerics, '--requests', 'hashed', '--out', out],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...env, OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads } },
  );
  let peak: number | undefined;
  const watch = setInterval(() => {
    void readPeak(child.pid).then((bytes) => {
      peak = bytes ?? peak;
    });
  }, 250);
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', (cause) => reject(noPeer(options.python, cause))).once('exit', resolve),
    );
    if (code !== 0) throw peerFailed(options.python, code);
    return peak;
  } finally {
    clearInterval(watch);
  }
}

async function readPeak(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Gives job files to what runs them, and asks what became of them. */
import { spawn, spawnSync } from 'node:child_process';
import { makeFolders } from '@linchpin/files';
import { engineFailed } from '../errors.ts';
import type { Submission } from './submission.ts';

export interface HandedOver {
  /** By which the engine knows the job; undefined where it gives none. */
  readonly id: string | undefined;
  /** Resolves when the job has ended, with what went wrong, where that is seen: at once where an engine only takes it in. */
  readonly ended: Promise<string | undefined>;
  /** Those of some shards that neither wait nor run any more; none where the engine cannot be asked. */
  gone(indices: readonly number[]): readonly number[];
  /** Lets this process end before the job. */
  leave(): void;
}

/** `logs` is the folder into which workers write what they say. */
export function handOver(made: Submission, logs: string): HandedOver {
  makeFolders(logs);
  const { command, engine, file } = made;
  const [program = '', ...args] = command;
  if (engine === 'ssh') return inBackground(program, args);
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw engineFailed(command.join(' '), error.message);
  if (status !== 0) throw engineFailed(command.join(' '), stderr.trim() || `exit code ${status}`);
  const id = stdout.trim().split(/[;\n]/)[0]!;
  return {
    id,
    ended: Promise.resolve(undefined),
    gone: engine === 'slurm' ? (indices) => goneOfArray(id, indices) : (indices) => goneOfJob(program, file, indices),
    leave() {},
  };
}

/** In a session of its own: Ctrl-C ends who watches, and not the work, as with the engines of clusters. */
function inBackground(program: string, args: readonly string[]): HandedOver {
  let isRunning = true;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  }).then((problem) => {
    isRunning = false;
    return problem;
  });
  return { id: undefined, ended, gone: (indices) => (isRunning ? [] : indices), leave: () => child.unref() };
}

/** Of an array of Slurm. */
function goneOfArray(id: string, indices: readonly number[]): readonly number[] {
  const { status, stdout, stderr } = spawnSync('squeue', ['--noheader', '--array', '--jobs', id, '--format', '%K'], {
    encoding: 'utf8',
  });
  // A job that is forgotten is an error for squeue, too: then nothing of it is there any more.
  if (status !== 0 && !/invalid job id/i.test(stderr ?? '')) return [];
  const there = new Set(stdout.split('\n').map((line) => line.trim()));
  return indices.filter((index) => !there.has(String(index)));
}

/** What Kubernetes says of a Job. */
interface JobStatus {
  readonly kind?: string;
  readonly items?: readonly JobStatus[];
  readonly status?: {
    /** `0,2-4`, from 0. */
    readonly failedIndexes?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Of an Indexed Job: indices that have failed as often as they may, and all of a job that has ended. */
function goneOfJob(program: string, file: string, indices: readonly number[]): readonly number[] {
  const { status, stdout, stderr } = spawnSync(program, ['get', '--filename', file, '--output', 'json'], {
    encoding: 'utf8',
  });
  if (status !== 0) return /notfound/i.test(stderr ?? '') ? indices : [];
  const found = JSON.parse(stdout) as JobStatus;
  const job = (found.items ?? [found]).find(({ kind }) => kind === 'Job');
  const { failedIndexes = '', conditions = [] } = job?.status ?? {};
  if (conditions.some((each) => /^(?:Failed|Complete)$/.test(each.type) && each.status === 'True')) return indices;
  const failed = failedIndexes.split(',').map((range) => range.split('-').map(Number));
  return indices.filter((index) =>
    failed.some(([first, last = first]) => index - 1 >= first! && index - 1 <= last! && failedIndexes !== ''),
  );
}

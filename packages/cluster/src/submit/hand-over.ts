/** Gives job files to what runs them, and asks what became of them. */
import { spawn, spawnSync } from 'node:child_process';
import { makeFolders } from '@linchpin/files';
import { engineFailed } from '../errors.ts';
import type { Submission } from './submission.ts';

export interface HandedOver {
  /** By which the engine knows the job; undefined where it gives none. */
  readonly id: string | undefined;
  /** Resolves when the engine has ended it, where that is seen: at once where the engine only takes it in. */
  readonly ended: Promise<void>;
  /** Whether a shard may still come to its end; undefined where the engine cannot be asked. */
  readonly isAlive: (index: number) => boolean | undefined;
}

/** `logs` is the folder into which workers write what they say. */
export function handOver({ command, engine }: Submission, logs: string): HandedOver {
  makeFolders(logs);
  const [program = '', ...args] = command;
  if (engine === 'ssh') return inBackground(program, args);
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw engineFailed(command.join(' '), error.message);
  if (status !== 0) throw engineFailed(command.join(' '), stderr.trim() || `exit code ${status}`);
  const id = stdout.trim().split(/[;\n]/)[0]!;
  return {
    id,
    ended: Promise.resolve(),
    isAlive: engine === 'slurm' ? (index) => isQueued(id, index) : () => undefined,
  };
}

function inBackground(program: string, args: readonly string[]): HandedOver {
  let isRunning = true;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  }).then(() => {
    isRunning = false;
  });
  return { id: undefined, ended, isAlive: () => isRunning };
}

/** Whether Slurm has a task of an array that waits or runs. */
function isQueued(id: string, index: number): boolean | undefined {
  const { status, stdout } = spawnSync('squeue', ['--noheader', '--array', '--jobs', id, '--format', '%K'], {
    encoding: 'utf8',
  });
  // A job that is forgotten is an error for squeue, too: then nothing of it is there any more.
  if (status === null) return undefined;
  return stdout.split('\n').some((line) => line.trim() === String(index));
}

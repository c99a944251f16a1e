/** Writes job files beside a plan, and hands them over, watches and waits where that is asked for. */
import { readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Interrupted } from '@linchpin/execution';
import { writeFileAtomically } from '@linchpin/report';
import { engineFailed, withoutEffect } from '../errors.ts';
import { shellWord } from '../plan/plan-in-words.ts';
import { beside, readPlan, workFolderOf } from '../plan/plan-file.ts';
import { readStatuses } from '../work/exchange.ts';
import { handOver, type HandedOver } from './hand-over.ts';
import {
  defaultRetries,
  dockerfile,
  type Engine,
  imageName,
  submission,
  type SubmissionOptions,
} from './submission.ts';
import { allOf, goesOn, watchShards } from './watch-shards.ts';

/** What is absent is chosen. */
export interface SubmitOptions extends Omit<SubmissionOptions, 'file' | 'out' | 'folder'> {
  /** Path of the job file, and of the folder that all workers see; beside the plan when absent. */
  readonly job?: string | undefined;
  readonly out?: string | undefined;
  /** Hands the job over; shows how far all shards are, and submits those again that failed. */
  readonly run?: boolean | undefined;
  readonly watch?: boolean | undefined;
  /** Seconds between two looks of `watch`; half a minute when absent. */
  readonly interval?: number | undefined;
}

export interface SubmitParts {
  readonly signal: AbortSignal;
  /** Is told what was written and done, and how far all shards are. */
  readonly say: (line: string) => void;
}

/** How job files end. */
const endings: Readonly<Record<Engine, string>> = {
  slurm: 'slurm.sbatch',
  kubernetes: 'kubernetes.yaml',
  ssh: 'ssh.sh',
};

const lookSeconds = 30;

/** Gives the folder of the work, and the shards that did not come to their end where that is seen. */
export async function submit(
  { job: given, out: shared, run = false, watch = false, interval, ...asked }: SubmitOptions,
  { signal, say }: SubmitParts,
): Promise<{ readonly out: string; readonly failed: readonly number[] }> {
  const { engine, shards, retries } = asked;
  if (interval !== undefined && !watch) throw withoutEffect('--interval', 'no --watch');
  if (retries !== undefined && engine !== 'kubernetes' && !(run && watch))
    throw withoutEffect('--retries', 'no --run and --watch, with which shards are submitted again');
  const plan = readPlan(asked.plan);
  const file = resolve(given ?? `${beside(asked.plan)}.${endings[engine]}`);
  const out = resolve(shared ?? workFolderOf(asked.plan));
  const options: SubmissionOptions = { ...asked, plan: resolve(asked.plan), file, out, folder: plan.folder };
  const made = submission(plan, options);
  // Whoever looks again has handed over the job file that is there, and may have edited it.
  const isLook = watch && !run && contentOf(file) !== undefined;
  if (!isLook) await writeBeside(file, made.text, say);
  const limits = engine === 'ssh' ? 'needs about' : `may take ${made.minutes} min and`;
  say(`${file}: ${shards} shards, each ${limits} ${made.memoryMegabytes} MiB`);
  if (engine === 'kubernetes') {
    const recipe = resolve(dirname(file), 'Dockerfile');
    const text = dockerfile(plan, asked.image);
    const before = contentOf(recipe);
    if (before === undefined) await writeFileAtomically(recipe, text);
    const isOurs = before === undefined || before === text;
    say(`${recipe}: ${isOurs ? `the image ${asked.image ?? imageName(plan)}` : 'another, which is left as it is'}`);
  }
  const job = run ? handOver(made, out) : undefined;
  if (isLook) say('nothing is handed over; what is there is watched');
  else if (job === undefined) say(`hand it over with: ${made.command.map(shellWord).join(' ')}`);
  else say(job.id === undefined ? 'handed over' : `handed over as ${job.id}`);
  if (watch) {
    const writeJob = async (text: string): Promise<void> => await writeFileAtomically(file, text);
    const looks = { retries: retries ?? defaultRetries, seconds: interval ?? lookSeconds };
    return { out, failed: await watchShards(plan, { options, job, ...looks, signal, say, writeJob }) };
  }
  const problem = job === undefined ? undefined : await endOf(job, signal);
  if (problem === undefined) return { out, failed: [] };
  const done = readStatuses(out, plan.id).filter(({ of, state }) => of === shards && state === 'done');
  const failed = allOf(shards).filter((index) => !done.some((status) => status.index === index));
  if (failed.length === 0) throw engineFailed(made.command.join(' '), problem);
  return { out, failed };
}

/** Which shards have not come to their end, and where it stands why; pods keep their logs to themselves. */
export function failedInWords(engine: Engine, out: string, failed: readonly number[]): string {
  const logs = engine === 'kubernetes' ? '' : `; why stands in ${out}, in shard-${failed[0]}.log for example`;
  return `shards that did not come to their end: ${failed.join(', ')}${logs}`;
}

/** A job file; one that was there, and may have been edited, is kept under the first number that is free. */
async function writeBeside(file: string, text: string, say: SubmitParts['say']): Promise<void> {
  const before = contentOf(file);
  if (before === text) return;
  if (before !== undefined) {
    let number = 1;
    while (statSync(`${file}.${number}`, { throwIfNoEntry: false }) !== undefined) number++;
    renameSync(file, `${file}.${number}`);
    say(`${file}.${number}: what was in its place before`);
  }
  await writeFileAtomically(file, text);
}

/** Undefined where there is no file. */
function contentOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : undefined;
}

/** Waits for a job, or until whoever waits is interrupted. */
async function endOf(job: HandedOver, signal: AbortSignal): Promise<string | undefined> {
  const interrupted = Promise.withResolvers<never>();
  const interrupt = (): void => {
    job.leave();
    interrupted.reject(new Interrupted(goesOn));
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    if (signal.aborted) interrupt();
    return await Promise.race([job.ended, interrupted.promise]);
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** Writes job files beside a plan, and hands them over, watches and waits where that is asked for. */
import { dirname, resolve } from 'node:path';
import { cwd } from 'node:process';
import { writeFileAtomically } from '@linchpin/report';
import { beside, readPlan, workFolderOf } from '../plan/plan-file.ts';
import { handOver } from './hand-over.ts';
import { dockerfile, type Engine, imageName, submission, type SubmissionOptions } from './submission.ts';
import { watchShards } from './watch-shards.ts';

/** What is absent is chosen. */
export interface SubmitOptions extends Omit<SubmissionOptions, 'file' | 'out' | 'folder'> {
  /** Path of the job file, and of the folder that all workers see; beside the plan when absent. */
  readonly job?: string | undefined;
  readonly out?: string | undefined;
  /** Hands the job over; shows how far all shards are, and submits those again that failed. */
  readonly run?: boolean | undefined;
  readonly watch?: boolean | undefined;
  /** How often a shard is submitted again, and seconds between two looks. */
  readonly retries: number;
  readonly interval: number;
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

/** Gives the folder of the work, and the shards that did not come to their end where they were watched. */
export async function submit(
  { job: given, out: shared, run, watch, retries, interval, ...asked }: SubmitOptions,
  { signal, say }: SubmitParts,
): Promise<{ readonly out: string; readonly failed: readonly number[] }> {
  const plan = readPlan(asked.plan);
  const file = resolve(given ?? `${beside(asked.plan)}.${endings[asked.engine]}`);
  const out = resolve(shared ?? workFolderOf(asked.plan));
  const options: SubmissionOptions = { ...asked, plan: resolve(asked.plan), file, out, folder: cwd() };
  const made = submission(plan, options);
  await writeFileAtomically(file, made.text);
  say(`${file}: ${asked.shards} shards, each ${made.memoryMegabytes} MiB and at most ${made.minutes} min`);
  if (asked.engine === 'kubernetes') {
    const recipe = resolve(dirname(file), 'Dockerfile');
    await writeFileAtomically(recipe, dockerfile(plan, asked.image));
    say(`${recipe}: the image ${asked.image ?? imageName(plan)}`);
  }
  const job = run === true ? handOver(made, out) : undefined;
  if (job === undefined) say(`hand it over with: ${made.command.join(' ')}`);
  else say(job.id === undefined ? 'handed over' : `handed over as ${job.id}`);
  if (watch === true) {
    const writeJob = async (text: string): Promise<void> => await writeFileAtomically(file, text);
    return {
      out,
      failed: await watchShards(plan, { options, job, retries, seconds: interval, signal, say, writeJob }),
    };
  }
  await job?.ended;
  return { out, failed: [] };
}

/** Writes job files; hands them over, watches them and collects where that is asked for. */
import { dirname, resolve } from 'node:path';
import { cwd, stderr, stdout } from 'node:process';
import { dockerfile, handOver, imageName, submission, type SubmissionOptions, watchShards } from '@linchpin/cluster';
import { writeFileAtomically } from '@linchpin/report';
import type { SubmitFlags } from '../commands/submit.ts';
import { FailedCheck } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { mergeStores, readPlan, workFolderOf } from './cluster.ts';

/** How job files end. */
const endings: Readonly<Record<SubmitFlags['engine'], string>> = {
  slurm: 'slurm.sbatch',
  kubernetes: 'kubernetes.yaml',
  ssh: 'ssh.sh',
};

export async function submit(flags: SubmitFlags, { ending }: Invocation): Promise<void> {
  const { engine, shards } = flags;
  const plan = readPlan(flags.plan);
  const base = resolve(flags.plan).replace(/\.json$/, '');
  const file = resolve(flags.job ?? `${base}.${endings[engine]}`);
  const out = resolve(flags.out ?? workFolderOf(flags.plan));
  const { template, program, image, claim, host: hosts, perHost, remote, memory: memoryMegabytes, minutes } = flags;
  const options: SubmissionOptions = {
    ...{ engine, shards, file, out, plan: resolve(flags.plan), folder: cwd(), program },
    ...{ template, image, claim, hosts, perHost, remote, memoryMegabytes, minutes },
  };
  const made = submission(plan, options);
  await writeFileAtomically(file, made.text);
  stdout.write(`${file}: ${shards} shards, each ${made.memoryMegabytes} MiB and at most ${made.minutes} min\n`);
  if (engine === 'kubernetes') {
    const recipe = resolve(dirname(file), 'Dockerfile');
    await writeFileAtomically(recipe, dockerfile(plan, image));
    stdout.write(`${recipe}: the image ${image ?? imageName(plan)}\n`);
  }
  const job = flags.run === true ? handOver(made, out) : undefined;
  if (job === undefined) stdout.write(`hand it over with: ${made.command.join(' ')}\n`);
  else stdout.write(`handed over${job.id === undefined ? '' : ` as ${job.id}`}\n`);
  if (flags.watch === true) {
    const failed = await watchShards(plan, {
      options,
      job,
      retries: flags.retries,
      seconds: flags.interval,
      signal: ending.signal,
      say: (text) => void stderr.write(`${text}\n`),
      writeJob: async (text) => await writeFileAtomically(file, text),
    });
    if (failed.length > 0 && flags.collect !== true)
      throw new FailedCheck(`shards that did not end: ${failed.join(', ')}`);
  } else if (flags.collect === true) {
    await job?.ended;
  }
  if (flags.collect === true) await mergeStores([out], { plan: flags.plan, store: flags.store });
}

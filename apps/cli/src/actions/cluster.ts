/** Plans work, does a shard of it, merges what was done, and submits jobs. */
import { cwd, stderr, stdout } from 'node:process';
import * as cluster from '@linchpin/cluster';
import { jsonText, requireWritable } from '@linchpin/report';
import type { MergeFlags, PlanFlags, SubmitFlags, WorkFlags } from '../commands/cluster.ts';
import { jobOf } from '../divided-command.ts';
import { FailedCheck } from '../exit-codes.ts';
import { defaultStore } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { version } from '../version.ts';

export async function plan(args: readonly string[], flags: PlanFlags, invocation: Invocation): Promise<void> {
  const { out, store, speed } = flags;
  await requireWritable(out);
  const made = await cluster.makePlan(await jobOf(args, invocation), { folder: cwd(), store, version, speed });
  await cluster.writePlan(out, made, store);
  const { cells, ...head } = made.plan;
  stdout.write(flags.json === true ? jsonText({ ...head, cells: cells.length }) : cluster.planInWords(made.plan, out));
}

export async function runWork(flags: WorkFlags, invocation: Invocation): Promise<void> {
  const planned = cluster.readPlan(flags.plan);
  const { run } = await jobOf(planned.command, invocation);
  const { signal } = invocation.ending;
  const remark = (text: string): void => void (flags.quiet === true || stderr.write(`${text}\n`));
  stdout.write(await cluster.workOnPlan(planned, flags, { version, run, signal, remark }));
}

export async function mergeStores(given: readonly string[], flags: MergeFlags): Promise<void> {
  const { plan: file, store, tolerance } = flags;
  const planned = file === undefined ? undefined : cluster.readPlan(file);
  const merged = cluster.mergeSources({ sources: cluster.sourcesOf(file, given), store, plan: planned, tolerance });
  stdout.write(flags.json === true ? jsonText(cluster.mergeAsJson(merged)) : cluster.mergeInWords(merged, planned));
  if (!cluster.isWhole(merged)) throw new FailedCheck(`${store} has not everything, or not everything agrees.`);
}

export async function submitJob(flags: SubmitFlags, { ending }: Invocation): Promise<void> {
  const { collect, store, ...options } = flags;
  if (collect !== true && store !== undefined) throw cluster.withoutEffect('--store', 'no --collect');
  const { out, failed } = await cluster.submit(options, { signal: ending.signal, say });
  if (collect === true) await mergeStores([out], { plan: flags.plan, store: store ?? defaultStore });
  else if (failed.length > 0) throw new FailedCheck(cluster.failedInWords(options.engine, out, failed));
}

function say(line: string): void {
  stderr.write(`${line}\n`);
}

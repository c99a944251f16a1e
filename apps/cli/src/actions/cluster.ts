/** Plans work, does a shard of it, and merges what was done. */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cwd, env, stdout } from 'node:process';
import {
  durationInWords,
  isWhole,
  makePlan,
  mergeInWords,
  mergeSources,
  type Plan,
  planFromText,
  planToText,
  secondsOf,
  shardNumber,
  work,
  writeWorkFile,
} from '@linchpin/cluster';
import { jsonText, requireWritable, writeFileAtomically } from '@linchpin/report';
import { type Carried, openRunStore } from '@linchpin/run-store';
import type { PlanFlags } from '../commands/plan.ts';
import type { MergeFlags } from '../commands/store.ts';
import type { WorkFlags } from '../commands/work.ts';
import { jobOf } from '../divided-command.ts';
import { planNotRead } from '../errors.ts';
import { FailedCheck } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { version } from '../version.ts';

export async function plan(args: readonly string[], flags: PlanFlags, invocation: Invocation): Promise<void> {
  await requireWritable(flags.out);
  const job = await jobOf(args, invocation);
  const store = typeof flags.store === 'string' ? flags.store : '.linchpin';
  const made = await makePlan(job, {
    folder: cwd(),
    store,
    version,
    speed: flags.speed,
  });
  if (made.preparations.length > 0) writePreparations(made, flags.out, store);
  await writeFileAtomically(flags.out, planToText(made.plan));
  const { cells, ...head } = made.plan;
  stdout.write(flags.json === true ? jsonText({ ...head, cells: cells.length }) : planInWords(made.plan, flags.out));
}

/** What was computed to make the plan is carried beside it: another machine may get other digits. */
function writePreparations(
  { plan: { id }, preparations }: Awaited<ReturnType<typeof makePlan>>,
  file: string,
  folder: string,
): void {
  const store = openRunStore(folder);
  try {
    const carried = function* (): Generator<Carried, void, void> {
      for (const key of preparations) {
        const batch = store.carried.get(key);
        if (batch !== undefined) yield { kind: 'batch', batch };
      }
    };
    writeWorkFile(preparationsOf(file), id, carried());
  } finally {
    store.close();
  }
}

function planInWords(made: Plan, file: string): string {
  const { cells, models, machine } = made;
  const sum = (value: (cell: Plan['cells'][number]) => number): number =>
    cells.reduce((all, cell) => all + value(cell), 0);
  const seconds = sum((cell) => secondsOf(made, cell));
  return [
    `${file}: ${cells.length} cells of ${models.length} ${models.length === 1 ? 'model' : 'models'}, ${sum(({ units }) => units)} units, ${sum(({ tokens }) => tokens)} tokens;`,
    `about ${durationInWords(seconds)} on one machine like ${machine.processor} with ${machine.threads} ${machine.threads === 1 ? 'thread' : 'threads'} (${machine.speed} GFLOP/s, ${machine.speedFrom}).`,
    `Workers: linchpin work --plan ${file} --shard I/N`,
    `Then:    linchpin store merge --plan ${file}, and with its store linchpin ${commandOf(made).join(' ')}`,
    '',
  ].join('\n');
}

/** The planned command, which computes nothing once the workers' stores are merged. */
function commandOf({ command, models }: Plan): string[] {
  return [...command, ...models.flatMap(({ argument }) => ['--model', argument])];
}

export async function runWork(flags: WorkFlags, invocation: Invocation): Promise<void> {
  const planned = readPlan(flags.plan);
  const shard = shardNumber(flags.shard, env);
  const job = await jobOf(planned.command, invocation);
  const done = await work(planned, {
    ...shard,
    out: flags.out ?? workFolderOf(flags.plan),
    store: flags.store ?? join(tmpdir(), `linchpin-${planned.id}-${shard.index}-of-${shard.of}`),
    preparations: preparationsOf(flags.plan),
    run: job.run,
    signal: invocation.ending.signal,
    ...(flags.quiet === true ? {} : { remark: (text) => void process.stderr.write(`${text}\n`) }),
  });
  stdout.write(
    `shard ${shard.index} of ${shard.of}: ${done.units} units, ${done.units - done.known} of them computed now\n`,
  );
}

export async function mergeStores(given: readonly string[], flags: MergeFlags): Promise<void> {
  const planned = flags.plan === undefined ? undefined : readPlan(flags.plan);
  const sources = given.length > 0 || flags.plan === undefined ? [...given] : [workFolderOf(flags.plan)];
  if (flags.plan !== undefined && existsSync(preparationsOf(flags.plan))) sources.push(preparationsOf(flags.plan));
  const merged = mergeSources({ sources, store: flags.store, plan: planned, tolerance: flags.tolerance });
  stdout.write(flags.json === true ? jsonText(plain(merged)) : mergeInWords(merged, planned));
  if (!isWhole(merged)) throw new FailedCheck(`${flags.store} has not everything, or not everything agrees.`);
}

function plain(merged: ReturnType<typeof mergeSources>): object {
  const { contradictions, origins, ...rest } = merged;
  return {
    ...rest,
    origins: [...origins].map(([record, batches]) => ({ origin: parsed(record), batches })),
    contradictions: contradictions.map(({ key, origins: both, ...each }) => ({
      ...each,
      key: Buffer.from(key).toString('hex'),
      origins: both.map(parsed),
    })),
  };
}

function parsed(record: string | null): unknown {
  return record === null ? null : JSON.parse(record);
}

export function readPlan(file: string): Plan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw planNotRead(file, cause);
  }
  return planFromText(text, file);
}

/** `plan.json` has its work in `plan.work`. */
export function workFolderOf(file: string): string {
  return `${resolve(file).replace(/\.json$/, '')}.work`;
}

function preparationsOf(file: string): string {
  return `${resolve(file).replace(/\.json$/, '')}.prepared.work.gz`;
}

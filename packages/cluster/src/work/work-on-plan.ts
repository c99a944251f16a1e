/** A worker by the paths of its plan. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { preparationsOf, workFolderOf } from '../plan/plan-file.ts';
import type { Plan } from '../plan/plan.ts';
import { shardNumber } from './shard-number.ts';
import { work, type WorkOptions } from './work.ts';

/** What is absent is beside the plan, in the folder of temporary files, or said by the engine. */
export interface WorkerPaths extends Partial<Pick<WorkOptions, 'out' | 'store'>> {
  readonly plan: string;
  /** `I/N`, from 1. */
  readonly shard?: string;
}

/** Gives what was done, in words. */
export async function workOnPlan(
  plan: Plan,
  { plan: file, shard: given, out, store }: WorkerPaths,
  parts: Pick<WorkOptions, 'version' | 'run' | 'signal' | 'remark'>,
): Promise<string> {
  const shard = shardNumber(given, env);
  const { units, known } = await work(plan, {
    ...shard,
    ...parts,
    out: out ?? workFolderOf(file),
    store: store ?? join(tmpdir(), `linchpin-${plan.id}-${shard.index}-of-${shard.of}`),
    preparations: preparationsOf(file),
  });
  return `shard ${shard.index} of ${shard.of}: ${units} units, ${units - known} of them computed now\n`;
}

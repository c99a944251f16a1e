/** Plans of the toy, what a worker does with one, and what a store holds in the end. */
import { createHash } from 'node:crypto';
import { namedPlan, type Plan } from '@linchpin/cluster';
import { openRunStore } from '@linchpin/run-store';
import { makePlan } from '@linchpin/cluster';
import { toyJob, toyOrigin } from './toy-job.ts';

/** Under the machine that the toy's rows name, so that any machine can work. */
export async function toyPlan(store: string): Promise<Plan> {
  const { plan } = await makePlan(toyJob(), { folder: '.', store, version: '0.1.0', speed: 1 });
  const { format: _, version: __, id: ___, ...named } = plan;
  const { engine, threads, processor } = toyOrigin;
  return namedPlan({ ...named, machine: { ...plan.machine, engine, threads, processor } });
}

/** sha256 over every batch with its key. */
export function contentOf(folder: string): string {
  const store = openRunStore(folder);
  const hash = createHash('sha256');
  for (const { key, log_probabilities, greedy_ids, unresolved } of store.carried.all()) {
    hash
      .update(key)
      .update(log_probabilities)
      .update(greedy_ids)
      .update(unresolved ?? new Uint8Array());
  }
  store.close();
  return hash.digest('hex');
}

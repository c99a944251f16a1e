/** `toy-worker.ts work --plan FILE --out DIR [--shard I/N]`: a worker over the toy, for whoever starts processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, exit, stderr } from 'node:process';
import { planFromText, shardNumber, work } from '@linchpin/cluster';
import { toyJob } from './toy-job.ts';

const flag = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
const file = flag('--plan')!;
const out = flag('--out')!;
const shard = shardNumber(flag('--shard'), env);
const plan = planFromText(readFileSync(file, 'utf8'), file);
try {
  const store = flag('--store') ?? join(out, '..', `store-${shard.index}`);
  const { run } = toyJob({ milliseconds: Number(env['TOY_MILLISECONDS'] ?? 0), count: join(out, '..') });
  await work(plan, { ...shard, version: '0.1.0', out, store, run, remark: (text) => void stderr.write(`${text}\n`) });
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  exit(1);
}

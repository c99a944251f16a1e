/** Workers, merges, and what goes wrong with them. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { eachKey, openRunStore } from '@linchpin/run-store';
import { temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DividedSession } from '@linchpin/execution';
import { isWhole, type Job, makePlan, mergeInWords, mergeSources, type Plan, work } from '@linchpin/cluster';
import { toyJob, type ToyOptions, toyOrigin } from './toy-job.ts';
import { contentOf, toyPlan } from './toy-plan.ts';

const root = temporaryFolder();
let plan: Plan;
let reference: string;

beforeAll(async () => {
  plan = await toyPlan(join(root, 'planning'));
  await toyJob().run('toy', undefined, join(root, 'one'));
  reference = contentOf(join(root, 'one'));
});

interface Worked extends ToyOptions {
  readonly name: string;
  readonly index: number;
  readonly of: number;
  readonly plan?: Plan;
}

async function worked({ name, index, of, plan: other = plan, ...options }: Worked): Promise<string[]> {
  const remarks: string[] = [];
  const { run } = toyJob(options);
  const [out, store] = [join(root, name, 'work'), join(root, name, `store-${index}-of-${of}`)];
  await work(other, { index, of, version: '0.1.0', out, store, run, remark: (text) => remarks.push(text) });
  return remarks;
}

function merged(name: string, into = 'merged'): ReturnType<typeof mergeSources> {
  return mergeSources({ sources: [join(root, name, 'work')], store: join(root, name, into), plan });
}

it('lists cells with their batches or windows, as one process has them', () => {
  expect(plan.cells.map(({ label, task, unit }) => `${label} ${task} ${unit}`)).toEqual([
    'Original short batch',
    'Original long batch',
    'leaves tokens open short window',
    'leaves tokens open long window',
    'Other short batch',
    'Other long batch',
  ]);
  const long = plan.cells.filter(({ task }) => task === 'long');
  expect(long.map(({ variant }) => variant)).toEqual([0, 1, 2]);
  expect(long[0]!.units).toBe(long[0]!.batches);
  expect(long[1]!.units).toBeGreaterThan(1);
  expect(long[1]!.units).toBeLessThan(long[1]!.batches);
  expect(plan.models).toMatchObject([{ name: 'toy', sha256: 'a', layerWeights: 1e6 }]);
});

describe('a whole experiment of a mixture', () => {
  const session: DividedSession = { device: 'cpu', engine: 'toy 1', threads: 1 };
  const jobWith = (opened: Partial<DividedSession> = {}): Job => ({
    command: ['census'],
    models: ['mixture'],
    threads: 1,
    async run(_, division) {
      const tensors = new Map(
        [0, 1, 2, 3].map((expert) => [`layer.experts.${expert}.weight`, { shape: [1000, 10], dtype: 'F32' }]),
      );
      tensors.set('layer.shared_expert.weight', { shape: [10, 10], dtype: 'F32' });
      tensors.set('embeddings', { shape: [7, 10], dtype: 'F32' });
      const config = { vocabularySize: 7, experts: 4, expertsPerToken: 1 };
      await division.opensModel({ name: 'mixture', checkpoint: { contentHash: async () => 'c' }, tensors, config });
      if (division.whole({ ...session, ...opened })) division.endWhole();
    },
  });
  const planned = async (): Promise<Plan> =>
    (await makePlan(jobWith(), { folder: '.', store: join(root, 'mixture'), version: '0.1.0', speed: 123.456 })).plan;

  it('costs what a token uses, at the speed that was told, and is that of its session', async () => {
    expect(await planned()).toMatchObject({
      machine: { speed: 123.456, engine: 'toy 1', threads: 1 },
      models: [{ layerWeights: 10_100, headWeights: 70, weights: 40_170, bytes: 160_680 }],
      cells: [{ unit: 'whole', device: 'cpu' }],
    });
  });

  it.each<[string, Partial<DividedSession>, string]>([
    ['2 threads', { threads: 2 }, '0.1.0'],
    ['toy 2', { engine: 'toy 2' }, '0.1.0'],
    ['linchpin 0.2.0', {}, '0.2.0'],
  ])('is refused under %s', async (says, opened, version) => {
    const [made, out] = [await planned(), join(root, 'mixture', says)];
    const { run } = jobWith(opened);
    await expect(work(made, { index: 1, of: 1, version, out, store: join(out, 'store'), run })).rejects.toMatchObject({
      code: 'cluster/differs-from-plan',
      message: expect.stringContaining(says),
    });
    const own = { index: 1, of: 1, version: '0.1.0', out, store: join(out, 'store') };
    expect(await work(made, { ...own, run: jobWith().run })).toMatchObject({ units: 1 });
  });
});

describe.each([1, 3, 7])('%d workers', (of) => {
  it('merge to the bytes of one process', async () => {
    const name = `workers-${of}`;
    for (let index = of; index >= 1; index--) await worked({ name, index, of });
    const whole = merged(name);
    expect(isWhole(whole)).toBe(true);
    expect(contentOf(join(root, name, 'merged'))).toBe(reference);
    // Once more, and in another order, nothing changes.
    expect(merged(name)).toMatchObject({ added: 0, same: whole.added + whole.same, contradictions: [] });
    const reversed = readdirSync(join(root, name, 'work'))
      .filter((file) => file.endsWith('.work.gz'))
      .toReversed();
    const sources = reversed.map((file) => join(root, name, 'work', file));
    mergeSources({ sources, store: join(root, name, 'reversed') });
    expect(contentOf(join(root, name, 'reversed'))).toBe(reference);
  });
});

it('does nothing twice, whichever store the worker has, and however many share the plan', async () => {
  await worked({ name: 'twice', index: 1, of: 2 });
  const count = join(root, 'twice');
  expect(await worked({ name: 'twice', index: 1, of: 2, count })).toEqual([
    expect.stringMatching(/^(\d+) of \1 units are done already$/),
  ]);
  await worked({ name: 'twice', index: 2, of: 2 });
  // Another division of the same plan finds everything in the folder.
  for (const index of [1, 2, 3]) await worked({ name: 'twice', index, of: 3, count });
  expect(readdirSync(count)).not.toContain('computed');
  expect(isWhole(merged('twice'))).toBe(true);
  expect(contentOf(join(root, 'twice', 'merged'))).toBe(reference);
});

it('merges nothing where nobody says what', () => {
  expect(() => mergeSources({ sources: [], store: join(root, 'nothing') })).toThrow('no source, and no --plan');
  expect(existsSync(join(root, 'nothing'))).toBe(false);
});

it('names what is missing', async () => {
  await worked({ name: 'missing', index: 1, of: 3 });
  const part = merged('missing');
  const units = plan.cells.reduce((sum, cell) => sum + cell.units, 0);
  expect(isWhole(part)).toBe(false);
  const missing = part.missing.reduce((sum, cell) => sum + cell.missingUnits, 0);
  expect(missing).toBeGreaterThan(units / 2);
  expect(missing).toBeLessThan(units);
  expect(mergeInWords(part, plan)).toMatch(/^Missing: \d+ of \d+ units of toy · \S.* · long$/m);
});

it('names two workers that contradict each other, keeps neither, and lets last digits differ', async () => {
  await worked({ name: 'contradiction', index: 1, of: 1 });
  const other = { ...plan.machine, processor: 'another processor' };
  await worked({ name: 'contradicting', index: 1, of: 1, error: 1e-3, plan: { ...plan, machine: other } });
  const sources = ['contradiction', 'contradicting'].map((name) => join(root, name, 'work'));
  const both = mergeSources({ sources, store: join(root, 'contradiction', 'merged'), plan });
  // The first questions of both tasks are the same, and so are some batches.
  const batches = new Set(both.contradictions.map(({ key }) => Buffer.from(key).toString('hex'))).size;
  expect(both.contradictions).toHaveLength(batches);
  expect(batches).toBeGreaterThan(20);
  expect(both.contradictions[0]!.difference).toBeCloseTo(1e-3, 5);
  expect(isWhole(both)).toBe(false);
  const text = mergeInWords(both, plan);
  expect(text).toMatch(/^Contradiction: toy · Other · (?:short|long): 1\.0e-3 nats a token apart; neither is kept$/m);
  expect(text).toMatch(/^ {2}one: .*toy processor, 1 thread, toy 1, linchpin 0\.1\.0$/m);
  // What is left out is missing, so that it is computed again.
  expect(both.missing.map(({ cell }) => plan.cells[cell]!.label)).toEqual(['Other', 'Other']);

  await worked({ name: 'close', index: 1, of: 1, error: 1e-6 });
  const stores: string[] = [];
  for (const order of [
    ['contradiction', 'close'],
    ['close', 'contradiction'],
  ]) {
    const store = join(root, `close-${order[0]}`);
    const close = mergeSources({ sources: order.map((name) => join(root, name, 'work')), store, plan });
    expect(close).toMatchObject({ contradictions: [] });
    expect(close.close).toBeGreaterThanOrEqual(batches);
    expect(close.largest).toBeLessThan(2e-6);
    stores.push(contentOf(store));
  }
  expect(stores[0]).toBe(stores[1]);
});

it('computes a unit again of which a batch is damaged, in the place of what was handed over', async () => {
  await worked({ name: 'damaged', index: 1, of: 1 });
  const [out, folder] = [join(root, 'damaged', 'work'), join(root, 'damaged', 'store-1-of-1')];
  const store = openRunStore(folder);
  const all = [...store.carried.unitsOf(plan.id)];
  const [key] = eachKey(all[0]!.keys);
  const hit = all.filter(({ keys }) => Buffer.from(keys).includes(Buffer.from(key!)));
  store.close();
  const database = new DatabaseSync(join(folder, 'store.sqlite'));
  database.prepare('UPDATE batches SET checksum = 1 - checksum WHERE key = ?').run(key!);
  database.close();
  // The files that were handed over have it as it was; without them it has to be computed.
  for (const file of readdirSync(out)) rmSync(join(out, file));
  const count = join(root, 'damaged');
  expect(await worked({ name: 'damaged', index: 1, of: 1, count })).toEqual([
    `${all.length - hit.length} of ${all.length} units are done already`,
  ]);
  expect(readFileSync(join(count, 'computed'), 'utf8')).toHaveLength(1);
  expect(isWhole(merged('damaged'))).toBe(true);
  expect(contentOf(join(root, 'damaged', 'merged'))).toBe(reference);
});

it('names files and stores that cannot be read, and takes in all others', async () => {
  await worked({ name: 'unreadable', index: 1, of: 2 });
  const [out, damaged] = [join(root, 'unreadable', 'work'), join(root, 'unreadable', 'damaged')];
  const whole = readdirSync(out).find((file) => file.endsWith('.work.gz'))!;
  const cut = readFileSync(join(out, whole)).subarray(0, -30);
  const files = { cut, empty: '', other: 'no gzip' };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(out, `shard-3-of-5.${name}.work.gz`), content);
  }
  openRunStore(damaged).close();
  writeFileSync(join(damaged, 'store.sqlite'), 'no database'.repeat(1000));
  const remarks = await worked({ name: 'unreadable', index: 2, of: 2 });
  expect(remarks).toHaveLength(3);
  expect(remarks[0]).toMatch(/^warning: what only this file has is computed again: .*cut\.work\.gz: /);
  const found = mergeSources({ sources: [damaged, out], store: join(root, 'unreadable', 'merged'), plan });
  expect(found).toMatchObject({ missing: [], contradictions: [], damaged: 0 });
  expect(found.unreadable).toEqual([
    expect.stringContaining('a damaged store, which was moved to'),
    expect.stringContaining('cut.work.gz'),
    expect.stringContaining('empty.work.gz: found an empty file'),
    expect.stringMatching(/other\.work\.gz: found a file that is not compressed with gzip.*a file of work on a plan/),
  ]);
  expect(isWhole(found)).toBe(false);
  expect(contentOf(join(root, 'unreadable', 'merged'))).toBe(reference);
});

it('hands over much in several files, of which nobody has to hold all', async () => {
  const store = openRunStore(join(root, 'large', 'store-1-of-1'));
  const log_probabilities = new Uint8Array(2 ** 20);
  const rest = { greedy_ids: new Uint8Array(), unresolved: null, activations: null, origin: null };
  const keys = Array.from({ length: 40 }, (_, index) => new Uint8Array(32).fill(index + 1));
  const checksum = crc32(log_probabilities);
  store.carried.put(keys.map((key) => ({ key, log_probabilities, checksum, ...rest })));
  store.carried.putUnits([{ plan: plan.id, cell: 0, unit: 0, keys: Buffer.concat(keys) }]);
  store.close();
  await worked({ name: 'large', index: 1, of: 1 });
  const files = readdirSync(join(root, 'large', 'work')).filter((name) => name.endsWith('.work.gz'));
  // 16, 16 and 8 of them, and what was computed.
  expect(files).toHaveLength(4);
  expect(isWhole(merged('large'))).toBe(true);
  // Its unit is in another file than some of its batches, and is known all the same.
  await worked({ name: 'large', index: 1, of: 1 });
  expect(readdirSync(join(root, 'large', 'work'))).toHaveLength(5);
});

it('merges files of runs by the same rules', async () => {
  const key = new Uint8Array(32).fill(7);
  const exported = async (name: string, logProbability: number, damage = false): Promise<string> => {
    const folder = join(root, 'runs', name);
    const store = openRunStore(folder, { origin: toyOrigin });
    const { version, engine, node, processor, threads } = toyOrigin;
    const run = store.runs.begin(['evaluate'], { version, commit: '', engine, node, processor, threads });
    const output = { logProbabilities: Float32Array.of(logProbability), greedyIds: Int32Array.of(1) };
    await store.batches.put([[key, { ...output, activations: new Map() }]]);
    run.finish('finished', {});
    if (damage) {
      const database = new DatabaseSync(store.file);
      database.exec('UPDATE batches SET checksum = 1 - checksum');
      database.close();
    }
    const file = join(folder, 'run.gz');
    store.runs.exportTo(run.id, file, { batches: true });
    store.close();
    return file;
  };
  const [one, other] = [await exported('one', -1), await exported('other', -1.125)];
  const damaged = await exported('damaged', -1, true);
  const into = (name: string): string => join(root, 'runs', name);
  const origins = new Map([[JSON.stringify(toyOrigin), 3]]);
  // What two have contradicted, a third does not decide.
  const apart = mergeSources({ sources: [one, other, one], store: into('apart') });
  expect(apart).toMatchObject({ added: 1, same: 0, contradictions: [{ difference: 0.125 }], origins });
  expect(isWhole(apart)).toBe(false);
  const near = mergeSources({ sources: [one, other, one], store: into('near'), tolerance: 0.125 });
  expect(near).toMatchObject({ added: 1, same: 1, close: 1, contradictions: [], largest: 0.125 });
  expect(isWhole(near)).toBe(true);
  const left = mergeSources({ sources: [damaged, one], store: into('left') });
  expect(left).toMatchObject({ added: 1, damaged: 1 });
  expect(isWhole(left)).toBe(false);
});

describe('a worker refuses', () => {
  it.each<[string, ToyOptions & { plan?: Partial<Plan['machine']> }, string]>([
    ['a model of other content', { model: 'b' }, 'model toy'],
    ['other data', { data: 'e' }, 'data long.jsonl'],
    ['another version of the engine', { plan: { engine: 'toy 2' } }, 'toy 2'],
    ['another number of threads', { plan: { threads: 2 } }, '2 threads'],
  ])('%s before it computes a token', async (what, { plan: machine = {}, ...options }, says) => {
    const name = `refused ${what}`;
    const count = join(root, name);
    const other = { ...plan, machine: { ...plan.machine, ...machine } };
    const refused = worked({ name, index: 1, of: 2, plan: other, count, ...options });
    await expect(refused).rejects.toMatchObject({
      code: 'cluster/differs-from-plan',
      message: expect.stringContaining(says),
    });
    expect(readdirSync(count)).not.toContain('computed');
    const [status] = readdirSync(join(count, 'work'));
    expect(status).toBe('shard-1-of-2.status.json');
  });

  it('work of another plan in its folder', async () => {
    await worked({ name: 'other plan', index: 1, of: 1 });
    const other = worked({ name: 'other plan', index: 1, of: 1, plan: { ...plan, id: 'another' } });
    await expect(other).rejects.toMatchObject({ code: 'cluster/other-plan' });
  });

  it('a store of a later version', async () => {
    const folder = join(root, 'later', 'store-1-of-1');
    const store = openRunStore(folder);
    store.close();
    const database = new DatabaseSync(join(folder, 'store.sqlite'));
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await expect(worked({ name: 'later', index: 1, of: 1 })).rejects.toMatchObject({ code: 'run-store/newer-schema' });
  });
});

it('names a clock that is wrong, and works all the same', async () => {
  const { now } = Date;
  Date.now = () => now() + 3_600_000;
  try {
    const remarks = await worked({ name: 'clock', index: 1, of: 1 });
    expect(remarks).toEqual([expect.stringMatching(/^warning: the clock of this machine is 3[56]\d\d s ahead of/)]);
  } finally {
    Date.now = now;
  }
  const whole = merged('clock');
  expect(mergeInWords(whole, plan)).toMatch(/^The clock of .* \(shard 1 of 1\) is 3[56]\d\d s ahead/m);
  expect(isWhole(whole)).toBe(true);
});

/** Recorded runs from the command line: shown, carried from store to store, and what becomes of those that end early. */
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { openRunStore, type RunStore, type RunSummary } from '@linchpin/run-store';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { choicesPart, keepRun } from './example-runs.ts';
import { linchpin } from './run-in-process.ts';
import { expectRefusal, startLinchpin } from './run-linchpin.ts';

const root = temporaryFolder();

function newFolder(): string {
  return mkdtempSync(join(root, 'store-'));
}

function withStore<T>(folder: string, work: (store: RunStore) => T): T {
  const store = openRunStore(folder);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** What a command that is to succeed writes on stdout. */
async function outputOf(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await linchpin(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

interface Shown {
  readonly total: number;
  readonly items: readonly {
    readonly label: string;
    readonly item: { readonly docId: number; readonly requests: readonly Record<string, unknown>[] };
  }[];
}

it('records what an evaluation asked and was answered, and carries it to another store', async () => {
  const [folder, elsewhere, samples] = [newFolder(), newFolder(), join(root, 'samples.jsonl')];
  const evaluation = ['evaluate', '--tasks', 'piqa,lambada_openai', '--limit', '3', '--samples', samples];
  const { code, stderr } = await linchpin([...evaluation, '--store', folder]);
  expect(code).toBe(0);
  const [, id] = /^Run (\S+): `linchpin show/m.exec(stderr)!;

  const shown = JSON.parse(await outputOf('show', 'latest', '--store', folder, '--json')) as Shown;
  const requests = shown.items.flatMap(({ item }) =>
    item.requests.map((request, choice) => ({ docId: item.docId, choice, ...request })),
  );
  const lines = readFileSync(samples, 'utf8').trimEnd().split('\n');
  expect(requests).toEqual(
    lines.map((line) => {
      const sample = JSON.parse(line) as Record<string, unknown>;
      return expect.objectContaining({
        docId: sample['doc_id'],
        choice: sample['choice'],
        continuation: sample['continuation'],
        logLikelihood: sample['loglikelihood'],
        isGreedy: sample['is_greedy'],
        tokens: sample['continuation_tokens'],
      }) as unknown;
    }),
  );
  expect(requests[0]).toMatchObject({ bos: true, firstTexts: expect.arrayContaining(['<s>']) });

  const page = await outputOf('show', id!.slice(0, 15), '--store', folder, '--task', 'piqa', '--limit', '2');
  expect(page).toContain(' · piqa · item 1: ');
  expect(page).toMatch(/\nItems 1 to 2 of 3; the next ones with --skip 2\.\n$/);
  expect(await outputOf('show', 'latest', '--store', folder, '--skip', '5')).toContain(' · lambada_openai · item 2: ');

  const file = join(root, 'exported.run.gz');
  expect(await outputOf('runs', 'export', 'latest', file, '--store', folder)).toContain(`run ${id}`);
  expect(await outputOf('runs', 'import', file, '--store', elsewhere)).not.toContain('already');
  expect(await outputOf('runs', 'import', file, '--store', elsewhere)).toContain('already');
  const everything = await outputOf('show', id!, '--store', folder, '--json');
  expect(await outputOf('show', id!, '--store', elsewhere, '--json')).toBe(everything);
  expect(await outputOf('show', file, '--store', elsewhere, '--json')).toBe(everything);
  expect(JSON.parse(await outputOf('runs', 'ls', '--store', elsewhere, '--json'))).toMatchObject([
    { run: id, status: 'finished', parts: 2, items: 6 },
  ]);
  expect(await outputOf('runs', 'rm', 'latest', '--store', elsewhere)).toContain(`removed run ${id}`);
  expect(await outputOf('runs', 'ls', '--store', elsewhere)).toBe(`No runs in ${elsewhere}.\n`);

  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  expectRefusal(await linchpin(['runs', 'import', file, '--store', elsewhere]), file, 'export');
  expect(withStore(elsewhere, ({ runs }) => runs.list())).toEqual([]);
});

it('records every point of a sweep', async () => {
  const folder = newFolder();
  const flags = ['--factors', '0,1', '--limit', '1', '--out', join(root, 'figure'), '--quiet'];
  await outputOf('figure', '6', ...flags, '--store', folder);
  const { parts, command } = withStore(folder, ({ runs }) => runs.read('latest'));
  expect(command.slice(0, 2)).toEqual(['figure', '6']);
  const labels = parts.map(({ rows, items }) => `${rows[0]!.label} ${rows[0]!.task} ${items.length}`);
  expect(labels).toEqual(expect.arrayContaining(['s = 0 piqa 1', 's = 1 piqa 1', 's = 0 wikitext2 1', 's = 1 c4 1']));
  const window = parts.find(({ rows }) => rows[0]!.task === 'wikitext2' && rows[0]!.label === 's = 1')!;
  const { tokens, logLikelihood } = window.items[0]!.requests[0]!;
  expect(window.rows[0]!.value).toBe(Math.exp(-logLikelihood! / tokens));
});

it('shows what is right in one of two runs only', async () => {
  const folder = newFolder();
  const before = keepRun(folder, [choicesPart(1)]);
  const after = keepRun(folder, [choicesPart(3)]);
  const show = async (...flags: string[]): Promise<string> => await outputOf('show', ...flags, '--store', folder);
  const flipped = JSON.parse(await show(after, '--flipped', before, '--json')) as Shown;
  expect(flipped.items).toMatchObject([
    { item: { docId: 1, isRight: false }, other: { docId: 1, isRight: true } },
    { item: { docId: 2, isRight: false }, other: { docId: 2, isRight: true } },
  ]);
  const text = await show(after, '--flipped', before, '--limit', '1');
  expect(text).toContain('toy · Original · piqa · item 1: right → wrong');
  expect(text).toContain('  ✓ ▶ -3.000 →   -9.000  2 tokens  " yes"');
  expect(text).toContain('Items 1 to 1 of 2; the next ones with --skip 1.');
  expect(await show(after, '--wrong')).toContain('Items 1 to 3 of 3.');
  expect(await show(before, '--flipped', before)).toContain('No such items.');
  const renamed = keepRun(folder, [choicesPart(1, { label: 'prune-super-weight' })]);
  const again = JSON.parse(await show(after, '--flipped', renamed, '--json')) as Shown;
  expect(again.items).toEqual(flipped.items);
  const unclear = keepRun(folder, [choicesPart(1, { label: 'a' }), choicesPart(2, { label: 'b' })]);
  expectRefusal(await linchpin(['show', after, '--flipped', unclear, '--store', folder]), unclear);
  const unrelated = keepRun(folder, [choicesPart(0, { task: 'sciq' })]);
  expectRefusal(await linchpin(['show', after, '--flipped', unrelated, '--store', folder]), unrelated);
});

it('ends with 1 where batches of runs contradict each other, after all of them are taken in', async () => {
  const exported = async (logProbability: number): Promise<string> => {
    const folder = newFolder();
    const file = join(folder, 'run.gz');
    const store = openRunStore(folder);
    const environment = { version: '0.1.0', commit: '', engine: 'toy', node: '24', processor: 'toy', threads: 1 };
    const run = store.runs.begin(['evaluate'], environment);
    const output = { logProbabilities: Float32Array.of(logProbability), greedyIds: Int32Array.of(1) };
    await store.batches.put([[new Uint8Array(32), { ...output, activations: new Map() }]]);
    run.finish('finished', {});
    store.runs.exportTo(run.id, file, { batches: true });
    store.close();
    return file;
  };
  const files = [await exported(-1), await exported(-2), await exported(-1)];
  const folder = newFolder();
  const { code, stdout, stderr } = await linchpin(['runs', 'import', ...files, '--store', folder]);
  expect(code).toBe(1);
  expect(stderr).toBe(`${files[1]}: 1 batches contradict those of the store; neither is kept\n`);
  expect(stdout.match(/, with 1 batches that the store did not have\n/g)).toHaveLength(1);
  expect(withStore(folder, ({ runs, carried }) => [runs.list().length, [...carried.all()]])).toEqual([3, []]);
});

it('refuses runs, tasks and stores that are not there', async () => {
  const folder = newFolder();
  expectRefusal(await linchpin(['show', 'latest', '--store', folder]), 'no runs');
  const id = keepRun(folder, [choicesPart(1)]);
  expectRefusal(await linchpin(['show', 'x', '--store', folder]), 'run x', id);
  expectRefusal(await linchpin(['show', id, '--task', 'piqo', '--store', folder]), '--task', 'piqa');
  expectRefusal(await linchpin(['show', id, '--label', 'Other', '--store', folder]), '--label', 'Original');
  const missing = join(root, 'missing');
  expectRefusal(await linchpin(['runs', 'ls', '--store', missing]), missing);
  expect(existsSync(missing)).toBe(false);
});

/** Waits until the last run of a store that another one writes is as it should be. */
async function untilRun(folder: string, isReady: (run: RunSummary) => boolean): Promise<RunSummary> {
  for (;;) {
    const run = withStore(folder, ({ runs }) => runs.list().at(-1));
    if (run !== undefined && isReady(run)) return run;
    await wait(20);
  }
}

const table = (folder: string): readonly string[] => [
  'table',
  '1',
  '--limit',
  '2',
  '--quiet',
  '--out',
  join(root, 'tables'),
  '--store',
  folder,
];

it('keeps the finished parts of a killed run, which was interrupted', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const { child, ended } = startLinchpin(table(folder));
  await untilRun(folder, ({ partCount }) => partCount > 0);
  child.kill('SIGKILL');
  await ended;
  const [run, ...others] = withStore(folder, ({ runs }) => runs.list());
  expect(others).toEqual([]);
  expect(run).toMatchObject({ status: 'interrupted' });
  expect(run!.partCount).toBeGreaterThan(0);
  expect(withStore(folder, ({ runs }) => runs.read('latest').parts)).toHaveLength(run!.partCount);
});

it('is interrupted by Ctrl-C', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const ended = linchpin(table(folder));
  await untilRun(folder, ({ partCount }) => partCount > 0);
  process.emit('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  const run = withStore(folder, ({ runs }) => runs.find('latest'));
  expect(run).toMatchObject({ status: 'interrupted', finishedAt: expect.any(String) });
});

it('has failed when an error ends it', async () => {
  const model = join(root, 'broken');
  cpSync(join(repositoryRoot, 'models/mini'), model, { recursive: true });
  const weights = readFileSync(join(model, 'model.safetensors'));
  const begin = 8 + Number(weights.readBigUInt64LE());
  // Halves of all ones are no numbers.
  writeFileSync(join(model, 'model.safetensors'), weights.fill(0xff, begin));
  const folder = newFolder();
  const args = [
    'perplexity',
    '--corpus',
    'wikitext2',
    '--windows',
    '1',
    '--model',
    model,
    '--datasets',
    'mini',
    '--quiet',
  ];
  expect(await linchpin([...args, '--store', folder])).toMatchObject({ code: 2 });
  expect(withStore(folder, ({ runs }) => runs.list())).toMatchObject([{ status: 'failed', partCount: 0 }]);
});

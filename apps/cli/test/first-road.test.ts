/** A first-time user's road: an empty home, a model and its data on the hub, and one command. */
import { readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { miniFolder } from '@linchpin/datasets';
import { type HubStandIn, openHubStandIn, parquetOf, repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { linchpin } from './run-in-process.ts';

const root = temporaryFolder();
const home = join(root, 'home');
const modelFolder = join(repositoryRoot, 'models/mini');
let hub: HubStandIn;

type Row = Readonly<Record<string, unknown>>;

/** The first rows of an embedded set, as the hub would have them. */
function rowsOf(file: string, count: number): Row[] {
  const lines = readFileSync(join(miniFolder, file), 'utf8').trim().split('\n');
  return lines.slice(0, count).map((line) => JSON.parse(line) as Row);
}

beforeAll(async () => {
  const files = ['README.md', 'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
  const model = await Promise.all(files.map(async (file) => [file, await readFile(join(modelFolder, file))] as const));
  const text = readFileSync(join(miniFolder, 'wikitext.test.txt'), 'utf8').split('\n');
  const wikitext = text.map((line) => ({ text: line.trim() === '' ? '' : `${line}\n` }));
  const documents = rowsOf('c4.validation.jsonl', 20);
  const table = (file: string): Buffer => parquetOf(rowsOf(file, 4));
  hub = await openHubStandIn({
    'org/tiny': Object.fromEntries(model),
    'datasets/allenai/ai2_arc': {
      'ARC-Challenge/test-00000-of-00001.parquet': table('arc_challenge.test.jsonl'),
      'ARC-Easy/test-00000-of-00001.parquet': table('arc_easy.test.jsonl'),
    },
    'datasets/Rowan/hellaswag': { 'data/validation-00000-of-00001.parquet': table('hellaswag.validation.jsonl') },
    'datasets/EleutherAI/lambada_openai': { 'default/test-00000-of-00001.parquet': table('lambada.test.jsonl') },
    'datasets/baber/piqa': { 'data/validation.jsonl': readFileSync(join(miniFolder, 'piqa.validation.jsonl')) },
    'datasets/allenai/sciq': { 'data/test-00000-of-00001.parquet': table('sciq.test.jsonl') },
    'datasets/allenai/winogrande': {
      'winogrande_xl/validation-00000-of-00001.parquet': table('winogrande.validation.jsonl'),
    },
    'datasets/Salesforce/wikitext': { 'wikitext-2-raw-v1/test-00000-of-00001.parquet': parquetOf(wikitext) },
    'datasets/allenai/c4': {
      'en/c4-validation.00000-of-00008.json.gz': gzipSync(documents.map((row) => `${JSON.stringify(row)}\n`).join('')),
    },
  });
  await mkdir(home);
  for (const name of [
    'HF_HOME',
    'HF_HUB_CACHE',
    'HUGGINGFACE_HUB_CACHE',
    'XDG_CACHE_HOME',
    'HF_TOKEN',
    'HF_HUB_OFFLINE',
  ])
    vi.stubEnv(name, '');
  vi.stubEnv('HOME', home);
  vi.stubEnv('LINCHPIN_CACHE', join(home, 'linchpin'));
  vi.stubEnv('HF_ENDPOINT', hub.address);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await hub.close();
});

interface Numbered {
  readonly task: string;
  readonly dataset: string;
  readonly datasetSha256: string;
  readonly datasetRevision?: string;
  readonly value: number;
}

async function numbersOf(args: readonly string[]): Promise<readonly Numbered[]> {
  const { code, stdout, stderr } = await linchpin([...args, '--json', '--quiet'], { cwd: root });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const printed = JSON.parse(stdout) as readonly Numbered[] | { readonly numbers: readonly Numbered[] };
  return 'numbers' in printed ? printed.numbers : printed;
}

describe('in an empty home', () => {
  const table = ['table', '1', '--model', 'org/tiny', '--limit', '2', '--out', join(root, 'out')];

  it('one command makes a table of a model of the hub, and says of every number where its data are from', async () => {
    const { code, stdout, stderr } = await linchpin(table, { cwd: root });
    expect({ code, said: stdout.includes('on data sets of the Hub') }).toEqual({ code: 0, said: true });
    expect(stderr).toContain('downloading model.safetensors');
    expect(stderr).toContain('downloading allenai/ai2_arc/ARC-Easy/test-00000-of-00001.parquet');
    const cache = join(home, '.cache/huggingface/hub');
    expect(readdirSync(cache).toSorted()).toEqual([
      'datasets--EleutherAI--lambada_openai',
      'datasets--Rowan--hellaswag',
      'datasets--Salesforce--wikitext',
      'datasets--allenai--ai2_arc',
      'datasets--allenai--c4',
      'datasets--allenai--sciq',
      'datasets--allenai--winogrande',
      'datasets--baber--piqa',
      'models--org--tiny',
    ]);
    expect(readdirSync(join(root, 'out')).toSorted()).toEqual(['table-1-numbers.csv', 'table-1.csv', 'table-1.json']);
  }, 120_000);

  it('makes the same table offline, with the revision in every row', async () => {
    hub.requests.length = 0;
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const numbers = await numbersOf(table);
    vi.stubEnv('HF_HUB_OFFLINE', '');
    expect(hub.requests).toEqual([]);
    expect(numbers.length).toBeGreaterThan(30);
    for (const { datasetRevision } of numbers) expect(datasetRevision).toMatch(new RegExp(`^[\\w/]+@${hub.commit}$`));
    const dataOf = (name: string) => numbers.find(({ task }) => task === name);
    expect(dataOf('arc_easy')).toMatchObject({
      dataset: 'ARC-Easy/test-00000-of-00001.parquet',
      datasetRevision: `allenai/ai2_arc@${hub.commit}`,
    });
    expect(dataOf('c4')!.datasetRevision).toContain('allenai/c4@');
  }, 120_000);

  it('gives the numbers that files of the same rows give', async () => {
    const piqa = ['evaluate', '--tasks', 'piqa', '--limit', '2'];
    const [fromHub] = await numbersOf([...piqa, '--model', 'org/tiny']);
    const [embedded] = await numbersOf(piqa);
    expect(fromHub).toMatchObject({ value: embedded!.value, datasetSha256: embedded!.datasetSha256 });
    expect(fromHub!.datasetRevision).toBe(`baber/piqa@${hub.commit}`);
    expect(embedded!.datasetRevision).toBeUndefined();
  }, 60_000);
});

describe('linchpin data', () => {
  it('lists what the cache has, and asks nobody', async () => {
    hub.requests.length = 0;
    const { stdout } = await linchpin(['data', 'ls', '--json'], { cwd: root });
    const listing = JSON.parse(stdout) as readonly { readonly name: string; readonly revision: string | null }[];
    expect(listing.find(({ name }) => name === 'piqa')).toMatchObject({ revision: hub.commit, split: 'validation' });
    expect(listing.find(({ name }) => name === 'boolq')).toMatchObject({ revision: null, bytes: null, file: null });
    expect(hub.requests).toEqual([]);
  });

  it('fetches what is named, and verifies it: other rows than the published ones are a problem', async () => {
    const fetched = await linchpin(['data', 'fetch', 'sciq', '--json', '--quiet'], { cwd: root });
    expect(fetched).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(fetched.stdout)).toMatchObject([{ name: 'sciq', rows: 'unknown data, 4 rows' }]);
    const verified = await linchpin(['data', 'verify', 'sciq'], { cwd: root });
    expect(verified.code).toBe(1);
    expect(verified.stderr).toContain('problem: sciq: 4 rows, where the published split has 1000');
  });

  it('says what is not there, and what it does not know', async () => {
    expect(await linchpin(['data', 'verify', 'boolq'], { cwd: root })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('linchpin data fetch boolq'),
    });
    expect(await linchpin(['data', 'fetch', 'pika'], { cwd: root })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/piqa[^]*`linchpin data ls`/),
    });
  });

  it('says which file to remove where the one of the cache is damaged, and does as it says', async () => {
    const fetch = ['data', 'fetch', 'piqa', '--json', '--quiet'];
    const [{ file }] = JSON.parse((await linchpin(fetch, { cwd: root })).stdout) as [{ file: string }];
    const blob = realpathSync(file);
    for (const damage of ['{"goal": "cut o', '{"goal": "other rows"}\n']) {
      writeFileSync(blob, damage);
      const { code, stderr } = await linchpin(fetch, { cwd: root });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`Remove ${blob},`) });
      rmSync(blob);
      expect(await linchpin(fetch, { cwd: root })).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it.each([
    ['offline', { HF_HUB_OFFLINE: '1' }],
    ['without a hub', { HF_ENDPOINT: 'http://127.0.0.1:1' }],
  ])('does not advise a flag that it does not have: %s', async (_, variables) => {
    const before = Object.keys(variables).map((name) => [name, process.env[name] ?? ''] as const);
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const { code, stderr } = await linchpin(['data', 'fetch', 'boolq'], { cwd: root });
    for (const [name, value] of before) vi.stubEnv(name, value);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining('--datasets') });
    expect(stderr).toContain('super_glue');
  });
});

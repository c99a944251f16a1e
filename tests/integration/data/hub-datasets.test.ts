/** Data sets from a server on this machine that answers as the Hugging Face hub does, and as it does on bad days. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fetchDataset, findCachedDataset, hubSource, identifyFile, readRows, verifyDataset } from '@linchpin/datasets';
import type { DownloadProgress } from '@linchpin/hub';
import { type HubStandIn, openHubStandIn, parquetOf, sha256Of } from '@linchpin/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const rows = Array.from({ length: 3000 }, (_, index) => ({
  goal: `To reach ${index},`,
  sol1: `count to ${index * 7919}.`,
  sol2: 'wait.',
  label: index % 2,
}));
const table = parquetOf(rows, { codec: 'UNCOMPRESSED' });
const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const piqa = 'datasets/baber/piqa';
const split = 'data/validation-00000-of-00001.parquet';

let hub: HubStandIn;
let cache: string;
let environment: Record<string, string>;

beforeEach(async () => {
  hub = await openHubStandIn({ [piqa]: { 'README.md': Buffer.from('# PIQA\n'), [split]: table } });
  cache = await mkdtemp(join(tmpdir(), 'linchpin-hub-data-'));
  environment = { HF_HUB_CACHE: cache, HF_ENDPOINT: hub.address };
});

afterEach(async () => {
  await hub.close();
  await rm(cache, { recursive: true });
});

function repository(): string {
  return join(cache, 'datasets--baber--piqa');
}

describe('a data set of the hub', () => {
  it('is downloaded into the cache as huggingface_hub lays it out, and read', async () => {
    const found = await fetchDataset('piqa', { environment });
    expect(found).toMatchObject({
      file: join(repository(), 'snapshots', hub.commit, split),
      form: 'hub',
      origin: { repository: 'baber/piqa', revision: hub.commit, path: split },
    });
    expect(await readlink(found.file)).toBe(join('../../../blobs', sha256Of(table)));
    expect(await readFile(join(repository(), 'refs', 'main'), 'utf8')).toBe(hub.commit);
    const read = await Array.fromAsync(readRows(found.file), ({ value }) => value);
    expect(read).toEqual(rows);
  });

  it('is taken from the cache without a request when it is there, also offline', async () => {
    const found = await fetchDataset('piqa', { environment });
    hub.requests.length = 0;
    environment['HF_HUB_OFFLINE'] = '1';
    expect(await fetchDataset('piqa', { environment })).toEqual(found);
    expect(await findCachedDataset('piqa', environment)).toEqual(found);
    expect(hub.requests).toEqual([]);
  });

  it('is not asked for offline, and not found in the cache before', async () => {
    expect(await findCachedDataset('piqa', environment)).toBeUndefined();
    environment['HF_HUB_OFFLINE'] = '1';
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/offline' });
    expect(hub.requests).toEqual([]);
  });

  it('is the same as Parquet and as lines', async () => {
    const fromTable = await fetchDataset('piqa', { environment });
    hub.repositories[piqa] = { 'data/validation.jsonl': lines };
    hub.commit = 'f'.repeat(40);
    await rm(repository(), { recursive: true });
    // The table is read before it goes with the cache.
    await writeFile(join(cache, 'copy.parquet'), table);
    const fromLines = await fetchDataset('piqa', { environment });
    expect(fromTable.origin!.revision).not.toBe(fromLines.origin!.revision);
    expect(await identifyFile(fromLines.file)).toEqual(await identifyFile(join(cache, 'copy.parquet')));
  });

  it('is what the README says, wherever that is', async () => {
    const head =
      'configs:\n- config_name: default\n  data_files:\n  - split: validation\n    path: "files/dev*.jsonl"\n';
    hub.repositories[piqa] = {
      'README.md': Buffer.from(`---\n${head}---\n`),
      'files/dev_1.jsonl': lines,
      [split]: table,
    };
    expect((await fetchDataset('piqa', { environment })).origin!.path).toBe('files/dev_1.jsonl');
    expect((await findCachedDataset('piqa', environment))!.origin!.path).toBe('files/dev_1.jsonl');
  });

  it('is what the hub has converted, where a program stands in the place of data', async () => {
    hub.repositories[piqa] = { 'piqa.py': Buffer.from('') };
    hub.repositories[`${piqa}@refs/convert/parquet`] = { 'plain_text/validation/0000.parquet': table };
    const found = await fetchDataset('piqa', { environment });
    expect(found.origin!.path).toBe('plain_text/validation/0000.parquet');
    expect(await findCachedDataset('piqa', environment)).toEqual(found);
  });

  it('is one file of C4, among many that are not even listed', async () => {
    const shard = 'en/c4-validation.00000-of-00008.json.gz';
    const content = gzipSync('{"text": "a"}\n{"text": "b"}\n');
    hub.repositories['datasets/allenai/c4'] = {
      [shard]: content,
      'en/c4-validation.00001-of-00008.json.gz': content,
      'multilingual/c4-af.json.gz': content,
    };
    const found = await fetchDataset('c4', { environment });
    expect(found.origin!.path).toBe(shard);
    expect((await identifyFile(found.file)).rows).toBe(2);
    expect(hub.requests.some((request) => request.includes('/tree/') && request.includes(`${hub.commit}/en?`))).toBe(
      true,
    );
    expect(readdirSync(join(found.file, '..'))).toEqual(['c4-validation.00000-of-00008.json.gz']);
  });

  it('is told from the other configurations of its repository', async () => {
    hub.repositories['datasets/allenai/ai2_arc'] = {
      'ARC-Challenge/test-00000-of-00001.parquet': table,
      'ARC-Easy/test-00000-of-00001.parquet': lines,
      'ARC-Easy/train-00000-of-00001.parquet': lines,
    };
    const found = await fetchDataset('arc_challenge', { environment });
    expect(found.origin!.path).toBe('ARC-Challenge/test-00000-of-00001.parquet');
    expect(await findCachedDataset('arc_easy', environment)).toBeUndefined();
  });

  it('is refused where its split is not there, or in parts', async () => {
    hub.repositories[piqa] = { 'data/train-00000-of-00001.parquet': table };
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({
      code: 'datasets/split-not-found',
      problem: { found: expect.stringContaining('data/train-00000-of-00001.parquet') },
    });
    hub.repositories[piqa] = {
      'data/validation-00000-of-00002.parquet': table,
      'data/validation-00001-of-00002.parquet': table,
    };
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'datasets/split-in-parts' });
  });

  it('is of one revision for as long as a source is used, and its progress is told', async () => {
    const steps: DownloadProgress[] = [];
    const source = hubSource({ environment, onProgress: (step) => steps.push(step) });
    const first = await source.find('piqa');
    hub.commit = 'f'.repeat(40);
    await rm(repository(), { recursive: true });
    expect(await source.find('piqa')).toBe(first);
    expect(steps.at(-1)).toEqual({ file: `baber/piqa/${split}`, bytes: table.length, total: table.length });
  });
});

describe('a bad day of the hub', () => {
  it.for(['break', 'end'] as const)(
    'breaks a download off, which goes on from there the next time (%s)',
    async (how) => {
      hub.cut = { after: 20_000, how };
      await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/file-incomplete' });
      const partial = join(repository(), 'blobs', `${sha256Of(table)}.incomplete`);
      const kept = (await readFile(partial)).length;
      expect(kept).toBeGreaterThan(0);
      expect(existsSync(join(repository(), 'refs'))).toBe(false);
      hub.cut = undefined;
      hub.requests.length = 0;
      const found = await fetchDataset('piqa', { environment });
      expect(await readFile(found.file)).toEqual(table);
      expect(hub.requests.at(-1)).toMatch(new RegExp(`bytes=${kept}-${table.length - 1}$`));
    },
  );

  it('sends all again to who asks for the rest', async () => {
    hub.cut = { after: 20_000, how: 'break' };
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/file-incomplete' });
    hub.cut = undefined;
    hub.knowsRanges = false;
    expect(await readFile((await fetchDataset('piqa', { environment })).file)).toEqual(table);
  });

  it.for(['header', 'body'] as const)('sends more than it listed, of which nothing is kept (%s)', async (where) => {
    hub.tooLong = where;
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/file-length' });
    const blobs = readdirSync(join(repository(), 'blobs')).filter((name) => name.startsWith(sha256Of(table)));
    expect(blobs).toEqual([]);
  });

  it('sends other bytes, of which nothing is kept', async () => {
    hub.garbled = true;
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/file-corrupt' });
    expect(readdirSync(join(repository(), 'blobs')).filter((name) => name.startsWith(sha256Of(table)))).toEqual([]);
  });

  it.for([429, 503])('is busy (%i), and is asked again after as long as it says', async (status) => {
    hub.busy = { status, times: 3 };
    expect(await readFile((await fetchDataset('piqa', { environment })).file)).toEqual(table);
    hub.busy = { status, times: Infinity };
    await rm(repository(), { recursive: true });
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({
      code: 'hub/refused',
      problem: { found: expect.stringContaining(String(status)), action: expect.stringContaining('again') },
    });
  });

  it('wants a token', async () => {
    hub.token = 'hf_secret';
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({
      code: 'hub/refused',
      problem: { found: expect.stringContaining('401'), action: expect.stringContaining('HF_TOKEN') },
    });
    environment['HF_TOKEN'] = 'hf_secret';
    expect(await readFile((await fetchDataset('piqa', { environment })).file)).toEqual(table);
  });

  it('does not know the repository', async () => {
    await expect(fetchDataset('sciq', { environment })).rejects.toMatchObject({
      code: 'hub/refused',
      problem: { found: expect.stringContaining('404'), expected: expect.stringContaining('--datasets') },
    });
  });

  it('is out of reach', async () => {
    // Nothing listens on the discard port.
    environment['HF_ENDPOINT'] = 'http://127.0.0.1:9';
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/unreachable' });
  });

  it.for([
    '../../outside.jsonl',
    '/outside.jsonl',
    'data/../../validation.jsonl',
    'data\\validation.jsonl',
    'C:x.jsonl',
  ])('lists %s, which would leave the folder', async (path) => {
    hub.repositories[piqa] = { [path]: lines, [split]: table };
    await expect(fetchDataset('piqa', { environment })).rejects.toMatchObject({ code: 'hub/answer-malformed' });
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('verifyDataset', () => {
  it('finds nothing wrong with what is as it was downloaded, but another number of rows than is known', async () => {
    const found = await fetchDataset('piqa', { environment });
    expect(await verifyDataset(found)).toMatchObject({
      rows: rows.length,
      problems: [`${rows.length} rows, where the published split has 1838`],
    });
  });

  it('finds a file that was changed, and one that is cut off', async () => {
    const found = await fetchDataset('piqa', { environment });
    const blob = join(repository(), 'blobs', sha256Of(table));
    const changed = Buffer.from(table);
    changed[changed.indexOf('count to')] = 0x43;
    await writeFile(blob, changed);
    expect((await verifyDataset(found)).problems[0]).toMatch(/the hash .{64} instead of/);
    await writeFile(blob, table.subarray(0, -100));
    const { problems, rows: left } = await verifyDataset(found);
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain('PAR1');
    expect(left).toBeNull();
  });
});

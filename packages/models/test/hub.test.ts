/** Downloads from a server on this machine that answers as the Hugging Face hub does. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitHashOf, type HubStandIn, openHubStandIn, sha256Of } from '@linchpin/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveModel } from '../src/hub.ts';
import type { DownloadProgress } from '@linchpin/hub';

const weights = Buffer.alloc(300_000, 'weights ');

/** A repository: contents by path. Weights are "large files", named by SHA-256 and served from another address. */
const singleFile = {
  'README.md': Buffer.from('# A model\n'),
  'config.json': Buffer.from('{}'),
  'tokenizer.json': Buffer.from('{"model":{}}'),
  'model.safetensors': weights,
  'pytorch_model.bin': Buffer.from('not wanted'),
};
const sharded = {
  'config.json': singleFile['config.json'],
  'tokenizer.json': singleFile['tokenizer.json'],
  'model.safetensors.index.json': Buffer.from(
    JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors', c: 'model-2.safetensors' } }),
  ),
  'model-1.safetensors': Buffer.from('first shard'),
  'model-2.safetensors': Buffer.from('second shard'),
  'consolidated.safetensors': Buffer.from('the same weights again'),
};

let hub: HubStandIn;
let cache: string;
let environment: Record<string, string>;

beforeEach(async () => {
  hub = await openHubStandIn({ 'org/tiny': singleFile });
  cache = await mkdtemp(join(tmpdir(), 'linchpin-hub-'));
  environment = { HF_HUB_CACHE: cache, HF_ENDPOINT: hub.address };
});

afterEach(async () => {
  await hub.close();
  await rm(cache, { recursive: true });
});

function repository(): string {
  return join(cache, 'models--org--tiny');
}

describe('a model of the hub', () => {
  it('is downloaded into the cache as huggingface_hub lays it out', async () => {
    const snapshot = join(repository(), 'snapshots', hub.commit);
    expect(await resolveModel('org/tiny', { environment })).toEqual({
      directory: snapshot,
      hubId: 'org/tiny',
      revision: hub.commit,
    });
    expect(readdirSync(snapshot)).toEqual(['README.md', 'config.json', 'model.safetensors', 'tokenizer.json']);
    expect(await readFile(join(snapshot, 'model.safetensors'))).toEqual(weights);
    expect(await readlink(join(snapshot, 'config.json'))).toBe(
      join('../../blobs', gitHashOf(singleFile['config.json'])),
    );
    expect(await readlink(join(snapshot, 'model.safetensors'))).toBe(join('../../blobs', sha256Of(weights)));
    expect(await readFile(join(repository(), 'refs', 'main'), 'utf8')).toBe(hub.commit);
  });

  it('is taken from the cache without a request when it is there, also offline and by its commit', async () => {
    const first = await resolveModel('org/tiny', { environment });
    hub.requests.length = 0;
    expect(await resolveModel('org/tiny', { environment })).toEqual(first);
    environment['HF_HUB_OFFLINE'] = '1';
    expect(await resolveModel('org/tiny', { environment })).toEqual(first);
    expect(await resolveModel(`org/tiny@${hub.commit}`, { environment })).toEqual(first);
    expect(await resolveModel(first.directory, { environment })).toEqual(first);
    expect(hub.requests).toEqual([]);
  });

  it('is downloaded with the shards of its index, and no other weights', async () => {
    hub.repositories['org/tiny'] = sharded;
    const { directory } = await resolveModel('org/tiny', { environment });
    const expected = Object.keys(sharded).filter((name) => name !== 'consolidated.safetensors');
    expect(readdirSync(directory)).toEqual(expected.toSorted());
  });

  it('is downloaded with the small files that say how it reads and ends texts', async () => {
    const small = ['added_tokens.json', 'chat_template.jinja', 'generation_config.json', 'special_tokens_map.json'];
    const files = Object.fromEntries([...small, 'vocab.json', 'notes.json'].map((name) => [name, Buffer.from('{}')]));
    hub.repositories['org/tiny'] = { ...singleFile, ...files };
    const { directory } = await resolveModel('org/tiny', { environment });
    const expected = ['README.md', 'config.json', 'model.safetensors', 'tokenizer.json', ...small];
    expect(readdirSync(directory)).toEqual(expected.toSorted());
  });

  it('is downloaded with pickled weights and older files of the tokenizer where it has no others', async () => {
    hub.repositories['org/tiny'] = {
      'config.json': singleFile['config.json'],
      'pytorch_model.bin': weights,
      'vocab.json': Buffer.from('{}'),
      'merges.txt': Buffer.from(''),
      'flax_model.msgpack': Buffer.from('not wanted'),
    };
    const { directory } = await resolveModel('org/tiny', { environment });
    expect(readdirSync(directory)).toEqual(['config.json', 'merges.txt', 'pytorch_model.bin', 'vocab.json']);
    hub.requests.length = 0;
    await resolveModel('org/tiny', { environment });
    expect(hub.requests).toEqual([]);
  });

  it('is asked for at the revision that is named', async () => {
    await resolveModel('org/tiny@refs/pr/1', { environment });
    expect(hub.requests[0]).toContain('/api/models/org/tiny/revision/refs%2Fpr%2F1?');
    expect(await readFile(join(repository(), 'refs/refs/pr/1'), 'utf8')).toBe(hub.commit);
  });

  it('is completed when a part of it is in the cache', async () => {
    const { directory } = await resolveModel('org/tiny', { environment });
    await rm(join(directory, 'model.safetensors'));
    await rm(join(repository(), 'blobs', sha256Of(weights)));
    hub.requests.length = 0;
    await resolveModel('org/tiny', { environment });
    expect(await readFile(join(directory, 'model.safetensors'))).toEqual(weights);
    expect(hub.requests.filter((request) => request.includes('config.json'))).toEqual([]);
  });

  it('reports how far each file has come', async () => {
    const progress: DownloadProgress[] = [];
    await resolveModel('org/tiny', { environment, onProgress: (step) => progress.push(step) });
    expect(progress.at(-1)).toEqual({ file: 'model.safetensors', bytes: weights.length, total: weights.length });
    expect(new Set(progress.map(({ file }) => file)).size).toBe(4);
  });

  it('does not send the token to another host that a file is moved to', async () => {
    const other = await openHubStandIn({ 'org/tiny': singleFile });
    hub.token = 'hf_secret';
    hub.movedTo = other.address;
    try {
      await resolveModel('org/tiny', { environment: { ...environment, HF_TOKEN: 'hf_secret' } });
      expect(other.requests).toEqual([expect.stringContaining('model.safetensors')]);
      expect(other.authorizations).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe('a download that breaks off', () => {
  it.for(['break', 'end'] as const)('is refused, and goes on from there the next time (%s)', async (how) => {
    hub.cut = { after: 100_000, how };
    const blobs = join(repository(), 'blobs');
    await expect(resolveModel('org/tiny', { environment })).rejects.toMatchObject({
      code: 'hub/file-incomplete',
    });
    expect(existsSync(join(blobs, sha256Of(weights)))).toBe(false);
    const kept = (await readFile(join(blobs, `${sha256Of(weights)}.incomplete`))).length;
    expect(kept).toBeGreaterThan(0);
    hub.cut = undefined;
    hub.requests.length = 0;
    const { directory } = await resolveModel('org/tiny', { environment });
    expect(await readFile(join(directory, 'model.safetensors'))).toEqual(weights);
    expect(hub.requests.at(-1)).toBe(
      `GET /large/org/tiny/resolve/${hub.commit}/model.safetensors bytes=${kept}-${weights.length - 1}`,
    );
  });

  it('is refused when the contents are not those announced, and nothing of them is kept', async () => {
    hub.garbled = true;
    await expect(resolveModel('org/tiny', { environment })).rejects.toMatchObject({ code: 'hub/file-corrupt' });
    const blobs = readdirSync(join(repository(), 'blobs'));
    expect(blobs.filter((name) => name.startsWith(sha256Of(weights)))).toEqual([]);
  });
});

describe('a model that cannot be had', () => {
  it('is refused by the hub, which is said with both readings of the name', async () => {
    const refused = resolveModel('org/unknown', { environment });
    await expect(refused).rejects.toMatchObject({
      code: 'hub/refused',
      message: expect.stringMatching(/no folder.*404/),
    });
  });

  it('is not asked for offline', async () => {
    environment['HF_HUB_OFFLINE'] = '1';
    await expect(resolveModel('org/tiny', { environment })).rejects.toMatchObject({ code: 'hub/offline' });
    expect(hub.requests).toEqual([]);
  });

  it('is out of reach without the hub', async () => {
    // Nothing listens on the discard port.
    environment['HF_ENDPOINT'] = 'http://127.0.0.1:9';
    await expect(resolveModel('org/tiny', { environment })).rejects.toMatchObject({ code: 'hub/unreachable' });
  });

  it('is out of reach behind a page for people, whose host is named', async () => {
    hub.page = '<!doctype html><title>Log in</title>';
    await expect(resolveModel('org/tiny', { environment })).rejects.toMatchObject({
      code: 'hub/answer-malformed',
      problem: { subject: new URL(hub.address).host, found: expect.stringContaining('HTML') },
    });
  });

  it('is not written anywhere when the hub answers with something else than hashes', async () => {
    hub.commit = '../../../outside';
    await expect(resolveModel('org/tiny', { environment })).rejects.toMatchObject({
      code: 'hub/answer-malformed',
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it.for(['nothing', './nothing/here', '../nothing', 'a/b/c', 'org/na--me', 'org/..x', 'https://example.org/a'])(
    'is neither a folder nor a Hub id: %s',
    async (specification) => {
      const found = resolveModel(specification, { environment });
      await expect(found).rejects.toMatchObject({ code: 'models/model-not-found' });
      expect(hub.requests).toEqual([]);
    },
  );
});

describe('a folder', () => {
  it('is taken as it is, before a Hub id of the same form', async () => {
    const folder = join(cache, 'org', 'tiny');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), '{}');
    expect(await resolveModel(folder, { environment })).toEqual({ directory: folder });
  });
});

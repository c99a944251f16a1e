import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesOf } from './named-arrays.ts';
import { openRunStore } from './open-store.ts';
import { environment } from '../test/sample-run.ts';
import { migrate, migrations, schemaVersion } from './schema.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = new Uint8Array(32).fill(7);
const output = { logProbabilities: Float32Array.of(-1.5, -0.25), greedyIds: Int32Array.of(3), activations: new Map() };

describe('openRunStore', () => {
  it('keeps what was put into it', async () => {
    const store = openRunStore(join(folder, 'made', 'on the way'));
    await store.batches.put([[key, output]]);
    store.close();
    const again = openRunStore(join(folder, 'made', 'on the way'));
    expect(await again.batches.get(key)).toEqual(output);
    expect(await again.batches.get(key.map((byte) => byte + 1))).toBeUndefined();
    expect(again.movedAside).toBeUndefined();
    again.close();
  });

  it('keeps written texts, and takes a damaged one for none', () => {
    const store = openRunStore(folder);
    store.texts.put(key, { ids: [5, -1, 70_000], stopped: 'end' });
    store.texts.put(
      key.map(() => 1),
      { ids: [], stopped: 'context' },
    );
    store.close();
    const again = openRunStore(folder);
    expect(again.texts.get(key)).toEqual({ ids: [5, -1, 70_000], stopped: 'end' });
    expect(again.texts.get(key.map(() => 1))).toEqual({ ids: [], stopped: 'context' });
    expect(again.texts.get(key.map(() => 2))).toBeUndefined();
    const database = new DatabaseSync(again.file);
    database.exec("UPDATE texts SET ids = x'00000000' WHERE stopped = 'end'");
    database.close();
    expect(again.texts.get(key)).toBeUndefined();
    again.close();
  });

  it('keeps activations, numbers and hashes of files', async () => {
    const activations = new Map([
      ['layer.0', Float32Array.of(0.1, -0)],
      ['layer.1', Float32Array.of(Infinity)],
    ]);
    const store = openRunStore(folder);
    await store.batches.put([[key, { ...output, activations }]]);
    store.numbers.put(key, 0.1 + 0.2);
    store.fileHashes.put('/a', '1 2 3', 'ab');
    store.close();
    const again = openRunStore(folder);
    expect(await again.batches.get(key)).toEqual({ ...output, activations });
    expect(again.numbers.get(key)).toBe(0.1 + 0.2);
    expect(again.numbers.get(key.map((byte) => byte + 1))).toBeUndefined();
    again.numbers.put(key, null);
    expect(again.numbers.get(key)).toBeNull();
    expect(again.fileHashes.get('/a', '1 2 3')).toBe('ab');
    expect(again.fileHashes.get('/a', '1 2 4')).toBeUndefined();
    expect(again.fileHashes.get('/b', '1 2 3')).toBeUndefined();
    again.close();
  });

  it('does not answer from an entry that was changed', async () => {
    const store = openRunStore(folder);
    await store.batches.put([[key, output]]);
    const database = new DatabaseSync(store.file);
    database.exec("UPDATE batches SET greedy_ids = x'04000000'");
    database.close();
    expect(await store.batches.get(key)).toBeUndefined();
    await store.batches.put([[key, output]]);
    expect(await store.batches.get(key)).toEqual(output);
    store.close();
  });

  it.each([
    ['is no database', () => Buffer.from('not a database, whatever its name says'.repeat(100))],
    ['was overwritten in the middle', (bytes: Buffer) => bytes.fill(0xff, 4096, 12288)],
  ])('moves a store aside that %s, and begins a new one', async (_, damage) => {
    const first = openRunStore(folder);
    await first.batches.put([[key, output]]);
    first.close();
    const file = join(folder, 'store.sqlite');
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);
    const store = openRunStore(folder);
    expect(readFileSync(store.movedAside!)).toEqual(damaged);
    expect(await store.batches.get(key)).toBeUndefined();
    store.close();
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(1);
  });

  it('refuses the store of a later version, and leaves it as it is', () => {
    openRunStore(folder).close();
    const file = join(folder, 'store.sqlite');
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    const before = readFileSync(file);
    expect(() => openRunStore(folder)).toThrow(expect.objectContaining({ code: 'run-store/newer-schema' }));
    expect(readFileSync(file)).toEqual(before);
  });

  it('brings a store without any table up to date', async () => {
    new DatabaseSync(join(folder, 'store.sqlite')).close();
    const store = openRunStore(folder);
    await store.batches.put([[key, output]]);
    expect(await store.batches.get(key)).toEqual(output);
    store.close();
  });

  it('brings a store of the first version up to date, and keeps what is in it', async () => {
    const database = new DatabaseSync(join(folder, 'store.sqlite'));
    database.exec(`${migrations[0]}; PRAGMA user_version = 1`);
    const [logProbabilities, greedyIds] = [bytesOf(output.logProbabilities), bytesOf(output.greedyIds)];
    const checksum = crc32(greedyIds, crc32(logProbabilities));
    database.prepare('INSERT INTO batches VALUES (?, ?, ?, NULL, ?)').run(key, logProbabilities, greedyIds, checksum);
    database.close();
    const store = openRunStore(folder);
    expect(await store.batches.get(key)).toEqual(output);
    expect(store.runs.list()).toEqual([]);
    store.runs.begin(['table', '1'], environment);
    expect(store.runs.list()).toHaveLength(1);
    store.close();
  });

  it('says that a disk is full, and not what came after, when a store is made', () => {
    const database = new DatabaseSync(':memory:');
    const exec = database.exec.bind(database);
    vi.spyOn(database, 'exec').mockImplementation((sql) => {
      if (sql !== migrations[0]) return exec(sql);
      // SQLite ends the transaction by itself then.
      exec('ROLLBACK');
      throw new Error('database or disk is full');
    });
    expect(() => migrate(database, 'store')).toThrow('database or disk is full');
    database.close();
  });

  it('says that a folder cannot be written', () => {
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    expect(() => openRunStore(blocked)).toThrow(expect.objectContaining({ code: 'run-store/not-writable' }));
  });

  const isSuperuser = getuid?.() === 0;
  const unless = isSuperuser ? ' (skipped: the superuser may write everywhere)' : '';
  it.skipIf(isSuperuser)(`says that a folder is read-only${unless}`, () => {
    const closed = join(folder, 'read-only');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(() => openRunStore(closed)).toThrow(expect.objectContaining({ code: 'run-store/not-writable' }));
  });
});

/**
 * The state of a training on disk. Each save is a file of tensors and, once that is whole, a small one that names its hash. Saves
 * are numbered, so that none is ever written over another; the two newest are kept, and one that was broken off or is damaged later
 * costs the steps since the one before.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { makeFolders } from '@linchpin/files';
import type { Json } from '@linchpin/plugin-api';
import { readHeader, readTensor, writeSafetensors } from '@linchpin/safetensors';
import { differencesOf } from './differences.ts';
import { cannotSave, otherTraining, stateDamaged } from './errors.ts';

/** Everything that the numbers of a training depend on, by name: one that goes on must agree in all of it. */
export type TrainingIdentity = Readonly<Record<string, Json>>;

export interface SavedState {
  /** Plain JSON. */
  readonly progress: Json;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

interface StateRecord {
  readonly step: number;
  readonly sha256: string;
  readonly identity: TrainingIdentity;
  readonly progress: Json;
}

const keptSaves = 2;

export class StateFolder {
  readonly folder: string;
  readonly #identity: TrainingIdentity;
  readonly #onWarning: (text: string) => void;

  constructor(folder: string, identity: TrainingIdentity, onWarning: (text: string) => void = () => {}) {
    this.folder = folder;
    this.#identity = identity;
    this.#onWarning = onWarning;
  }

  /** The newest state that is whole; undefined where there is none. Throws for one of another training, and where all are damaged. */
  async load(): Promise<SavedState | undefined> {
    const damaged: string[] = [];
    for (const save of await this.#saves()) {
      const record = await this.#record(save);
      if (record !== undefined) this.#requireSame(record.identity);
      const tensors = record === undefined ? undefined : await this.#tensors(save, record);
      if (record !== undefined && tensors !== undefined) {
        if (damaged.length > 0)
          this.#onWarning(`${damaged.join(' and ')} is damaged: the training goes on from step ${record.step}`);
        return { progress: record.progress, tensors };
      }
      damaged.push(this.#file(save, record === undefined ? 'json' : 'safetensors'));
    }
    if (damaged.length > 0) throw stateDamaged(damaged);
    return undefined;
  }

  async save(step: number, { progress, tensors }: SavedState): Promise<void> {
    const [newest = 0] = await this.#saves();
    const file = this.#file(newest + 1, 'safetensors');
    try {
      makeFolders(this.folder);
      const written = [...tensors].map(([name, values]) => ({
        name,
        dtype: 'F32' as const,
        shape: [values.length],
        bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      }));
      await this.#replace(file, (partial) => writeSafetensors(partial, written));
      const record: StateRecord = { step, sha256: await hashOf(file), identity: this.#identity, progress };
      await this.#replace(this.#file(newest + 1, 'json'), async (partial) => {
        await writeFile(partial, JSON.stringify(record));
      });
    } catch (cause) {
      await this.#remove(newest + 1);
      throw cannotSave(file, cause);
    }
    for (const old of (await this.#saves()).slice(keptSaves)) await this.#remove(old);
  }

  /** Removes every state, for a training that has ended. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Numbers of the saves, the newest first; what was broken off is removed. */
  async #saves(): Promise<number[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) if (name.endsWith('.partial')) await rm(join(this.folder, name), { force: true });
    const saves = names.flatMap((name) => /^save-(\d+)\.json$/.exec(name)?.[1] ?? []);
    return saves.map(Number).toSorted((a, b) => b - a);
  }

  async #record(save: number): Promise<StateRecord | undefined> {
    try {
      const read = JSON.parse(await readFile(this.#file(save, 'json'), 'utf8')) as Partial<StateRecord> | null;
      const isWhole =
        typeof read?.sha256 === 'string' && typeof read.identity === 'object' && typeof read.step === 'number';
      return isWhole ? (read as StateRecord) : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async #tensors(save: number, { sha256 }: StateRecord): Promise<Map<string, Float32Array> | undefined> {
    const file = this.#file(save, 'safetensors');
    try {
      if ((await hashOf(file)) !== sha256) return undefined;
      const { tensors } = await readHeader(file);
      const read = new Map<string, Float32Array>();
      for (const [name, stored] of tensors) read.set(name, await readTensor(stored));
      return read;
    } catch (error) {
      if (isLinchpinError(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #requireSame(found: TrainingIdentity): void {
    const different = differencesOf(found, this.#identity);
    if (different.length > 0) throw otherTraining(this.folder, different);
  }

  async #remove(save: number): Promise<void> {
    await rm(this.#file(save, 'json'), { force: true });
    await rm(this.#file(save, 'safetensors'), { force: true });
  }

  #file(save: number, end: string): string {
    return join(this.folder, `save-${save}.${end}`);
  }

  /** A file that is there whole or not at all, also after the machine has stopped. */
  async #replace(file: string, write: (partial: string) => Promise<void>): Promise<void> {
    const partial = `${file}.partial`;
    try {
      await write(partial);
      await using opened = await open(partial, 'r+');
      await opened.sync();
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * The state of a training on disk. Each save is a file of tensors and, once that is whole, a small one that names its hash; the
 * two newest are kept, so that a save that was broken off or damaged later costs the steps since the one before.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isLinchpinError } from '@linchpin/errors';
import type { Json } from '@linchpin/plugin-api';
import { readHeader, readTensor, writeSafetensors } from '@linchpin/safetensors';
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
    const steps = await this.#steps();
    const damaged: string[] = [];
    for (const step of steps) {
      const record = await this.#record(step);
      if (record !== undefined) this.#requireSame(record.identity);
      const tensors = record === undefined ? undefined : await this.#tensors(record);
      if (record !== undefined && tensors !== undefined) {
        if (damaged.length > 0)
          this.#onWarning(`${damaged.join(' and ')} is damaged: the training goes on from step ${step}`);
        return { progress: record.progress, tensors };
      }
      damaged.push(this.#file(step, 'safetensors'));
    }
    if (damaged.length > 0) throw stateDamaged(damaged);
    return undefined;
  }

  async save(step: number, { progress, tensors }: SavedState): Promise<void> {
    const file = this.#file(step, 'safetensors');
    try {
      await mkdir(this.folder, { recursive: true });
      const written = [...tensors].map(([name, values]) => ({
        name,
        dtype: 'F32' as const,
        shape: [values.length],
        bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      }));
      await this.#replace(file, (partial) => writeSafetensors(partial, written));
      const record: StateRecord = { step, sha256: await hashOf(file), identity: this.#identity, progress };
      await this.#replace(this.#file(step, 'json'), async (partial) => {
        await writeFile(partial, JSON.stringify(record));
      });
    } catch (cause) {
      throw cannotSave(file, cause);
    }
    for (const old of (await this.#steps()).slice(keptSaves)) await this.#remove(old);
  }

  /** Removes every state, for a training that has ended. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Steps of which there is a file, the newest first; what was broken off is removed. */
  async #steps(): Promise<number[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) if (name.endsWith('.partial')) await rm(join(this.folder, name), { force: true });
    const steps = names.flatMap((name) => /^step-(\d+)\.json$/.exec(name)?.[1] ?? []);
    return steps.map(Number).toSorted((a, b) => b - a);
  }

  async #record(step: number): Promise<StateRecord | undefined> {
    try {
      const read = JSON.parse(await readFile(this.#file(step, 'json'), 'utf8')) as Partial<StateRecord> | null;
      const isWhole = typeof read?.sha256 === 'string' && typeof read.identity === 'object' && read.step === step;
      return isWhole ? (read as StateRecord) : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async #tensors({ step, sha256 }: StateRecord): Promise<Map<string, Float32Array> | undefined> {
    const file = this.#file(step, 'safetensors');
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
    const names = [...new Set([...Object.keys(found), ...Object.keys(this.#identity)])];
    const different = names.filter((name) => !isDeepStrictEqual(found[name], this.#identity[name]));
    if (different.length > 0)
      throw otherTraining(
        this.folder,
        different.map((name) => `${name} was ${inWords(found[name])}, is ${inWords(this.#identity[name])}`),
      );
  }

  async #remove(step: number): Promise<void> {
    await rm(this.#file(step, 'json'), { force: true });
    await rm(this.#file(step, 'safetensors'), { force: true });
  }

  #file(step: number, end: string): string {
    return join(this.folder, `step-${step}.${end}`);
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

function inWords(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

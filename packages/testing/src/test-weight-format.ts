/** What every format of weights keeps to; each format's test calls this once with a small checkpoint and its safetensors twin. */
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { readHeader, readTensor, type StoredTensor } from '@linchpin/safetensors';
import { isWeightDType, toFloat32 } from '@linchpin/tensor';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** As packages/models has it. */
interface Format {
  readonly name: string;
  isIn(names: readonly string[]): boolean;
  readTensor(stored: StoredTensor): Promise<Float32Array>;
  readRows(stored: StoredTensor, firstRow: number, rowCount: number): Promise<Float32Array>;
  streamTensor(stored: StoredTensor): AsyncIterable<Float32Array>;
}

interface Opened {
  readonly file: string;
  readonly shards: readonly { readonly name: string; readonly file: string }[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface FormatCase {
  readonly format: Format;
  /** A folder with weights in the format. */
  readonly folder: string;
  /** A safetensors file with the tensors that come out, by the same names. */
  readonly twin: string;
  /** Names of the files that hold weights or say where they are. */
  readonly files: readonly string[];
  /** Opens the weights of a folder. */
  readonly open: (folder: string, names: readonly string[]) => Promise<Opened>;
}

export function testWeightFormat({ format, folder, twin, files, open }: FormatCase): void {
  const openFolder = (from: string): Promise<Opened> => open(from, readdirSync(from).toSorted());

  describe(`${format.name} keeps to what formats of weights are`, () => {
    it('knows a folder by its files', () => {
      expect(format.isIn(readdirSync(folder))).toBe(true);
      expect(format.isIn([])).toBe(false);
      expect(format.isIn(['config.json', 'tokenizer.json', 'README.md'])).toBe(false);
    });

    it('opens the tensors of the twin, in real files', async () => {
      const { tensors, shards, file } = await openFolder(folder);
      const { tensors: expected } = await readHeader(twin);
      expect([...tensors.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
      for (const [name, stored] of tensors) {
        expect([name, stored.name, stored.shape]).toEqual([name, name, expected.get(name)!.shape]);
        expect(shards.map((shard) => shard.file)).toContain(stored.file);
        expect(isAbsolute(stored.file)).toBe(true);
      }
      expect(files.map((name) => join(folder, name))).toContain(file);
      for (const { name } of shards) expect(files).toContain(name);
    });

    it('reads the values of the twin: whole, by rows and piece by piece', async () => {
      const [{ tensors }, { tensors: expected }] = [await openFolder(folder), await readHeader(twin)];
      let compared = 0;
      for (const [name, stored] of tensors) {
        if (!isWeightDType(stored.dtype)) continue;
        const values = await readTensor(expected.get(name)!);
        expect(await format.readTensor(stored)).toEqual(values);
        const pieces: number[] = [];
        for await (const piece of format.streamTensor(stored)) pieces.push(...piece);
        expect(Float32Array.from(pieces)).toEqual(values);
        const [rows = 1] = stored.shape;
        if (stored.shape.length > 0)
          expect(await format.readRows(stored, rows - 1, 1)).toEqual(
            values.subarray(values.length - values.length / rows),
          );
        compared += 1;
      }
      expect(compared).toBeGreaterThan(0);
    });

    it('says where the bytes of each tensor lie, as a graph maps them', async () => {
      for (const stored of (await openFolder(folder)).tensors.values()) {
        if (!isWeightDType(stored.dtype)) continue;
        const bytes = readFileSync(stored.file).subarray(stored.offset, stored.offset + stored.length);
        expect(toFloat32(bytes, stored.dtype)).toEqual(await format.readTensor(stored));
      }
    });

    it.each(files)('refuses %s where it is cut off or something else, by an error with a code', async (name) => {
      const size = readFileSync(join(folder, name)).length;
      for (const length of [0, 1, 7, 40, size >> 1, size - 2]) {
        const copy = temporaryFolder();
        cpSync(folder, copy, { recursive: true });
        truncateSync(join(copy, name), length);
        const error = await openFolder(copy).then(
          () => 'no error',
          (thrown: unknown) => thrown,
        );
        expect([length, isLinchpinError(error) ? 'refused' : error]).toEqual([length, 'refused']);
        writeFileSync(join(copy, name), Buffer.alloc(size, 'no weights '));
        await expect(openFolder(copy)).rejects.toSatisfy(isLinchpinError);
      }
    });
  });
}

/** A tiny model of every family, and sequences for it: those whose gradients are tested. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeader } from '@linchpin/safetensors';
import { writeTinyCheckpoint } from '../gradients/tiny-checkpoint.ts';

export interface TinyFamily {
  readonly name: string;
  readonly ids: readonly number[];
  /** Writes its checkpoint. */
  write(folder: string): Promise<void>;
}

const golden = join(import.meta.dirname, '../gradients/golden');

export function tinyFamilies(): TinyFamily[] {
  const cases = JSON.parse(readFileSync(join(golden, 'cases.json'), 'utf8')) as Readonly<
    Record<string, { readonly config: Readonly<Record<string, unknown>>; readonly ids: readonly (readonly number[])[] }>
  >;
  return Object.entries(cases).map(([name, { config, ids }]) => ({
    name,
    ids: ids[0]!,
    async write(folder) {
      const { tensors } = await readHeader(join(golden, `${name}.safetensors`));
      await writeTinyCheckpoint(folder, config, new Map([...tensors].map(([key, { shape }]) => [key, shape])));
    },
  }));
}

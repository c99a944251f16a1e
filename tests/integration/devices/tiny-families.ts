/** A tiny model of every family, and sequences for it: those whose gradients are tested. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeader } from '@linchpin/safetensors';
import { writeTinyCheckpoint } from '../gradients/tiny-checkpoint.ts';

export interface TinyFamily {
  readonly name: string;
  readonly ids: readonly number[];
  /** Those of all layers together; none without mixtures. */
  readonly experts: number;
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
    experts: expertsOf(config),
    async write(folder) {
      const { tensors } = await readHeader(join(golden, `${name}.safetensors`));
      await writeTinyCheckpoint(folder, config, new Map([...tensors].map(([key, { shape }]) => [key, shape])));
    },
  }));
}

function expertsOf({
  num_hidden_layers: layers,
  num_local_experts: local,
  num_experts: experts = local ?? 0,
  mlp_only_layers: dense = [],
}: Readonly<Record<string, unknown>>): number {
  return Number(experts) * (Number(layers ?? 0) - (dense as readonly number[]).length);
}

/** A tiny model of every family, and sequences for it: those whose gradients are tested. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeader } from '@linchpin/safetensors';
import { writeTinyCheckpoint } from './gradients/tiny-checkpoint.ts';

export interface TinyFamily {
  readonly name: string;
  /** Sequences of equal length. */
  readonly ids: readonly (readonly number[])[];
  /** Those of all layers together; none without mixtures. */
  readonly experts: number;
  /** Writes its checkpoint. */
  readonly write: (folder: string) => Promise<void>;
}

const golden = join(import.meta.dirname, 'gradients/golden');

export function tinyFamilies(): TinyFamily[] {
  const cases = JSON.parse(readFileSync(join(golden, 'cases.json'), 'utf8')) as Readonly<
    Record<string, { readonly config: Readonly<Record<string, unknown>>; readonly ids: TinyFamily['ids'] }>
  >;
  return Object.entries(cases).map(([name, { config, ids }]) => ({
    name,
    ids,
    experts: expertsOf(config),
    write: async (folder) => {
      const { tensors } = await readHeader(join(golden, `${name}.safetensors`));
      await writeTinyCheckpoint(folder, config, new Map([...tensors].map(([key, { shape }]) => [key, shape])));
    },
  }));
}

/** Throws for a name that none has. */
export function tinyFamily(name: string): TinyFamily {
  const found = tinyFamilies().find((family) => family.name === name);
  if (found === undefined) throw new Error(`no tiny model is called ${name}`);
  return found;
}

function expertsOf({
  num_hidden_layers: layers,
  num_local_experts: local,
  num_experts: experts = local ?? 0,
  mlp_only_layers: dense = [],
}: Readonly<Record<string, unknown>>): number {
  return Number(experts) * (Number(layers ?? 0) - (dense as readonly number[]).length);
}

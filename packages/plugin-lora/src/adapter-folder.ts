/**
 * The folder of an adapter as PEFT 0.21 writes and reads it: adapter_config.json, and adapter_model.safetensors with
 * `base_model.model.MODULE.lora_A.weight`, `.lora_B.weight` and, of DoRA, `.lora_magnitude_vector`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader, readTensor, type StoredTensor, writeSafetensors } from '@linchpin/safetensors';
import {
  type AdapterConfig,
  configText,
  isTargeted,
  readConfig,
  type SavedAdapter,
  scaleOf,
} from './adapter-config.ts';
import { noAdapter, shapeDiffers, tensorsIncomplete, tensorUnsupported } from './errors.ts';
import type { LowRank } from './merge.ts';

const configFile = 'adapter_config.json';
const tensorFile = 'adapter_model.safetensors';
const prefix = 'base_model.model.';

/** The hash of the two files. Throws where one is missing. */
export function hashOfFolder(folder: string): string {
  const hash = createHash('sha256');
  for (const name of [configFile, tensorFile]) {
    const file = join(folder, name);
    try {
      hash.update(createHash('sha256').update(readFileSync(file)).digest());
    } catch (cause) {
      throw noAdapter(file, 'no file that can be read', cause);
    }
  }
  return hash.digest('hex');
}

/** What an adapter has beside one module. */
export interface ModuleAdapter {
  /** The module's name in PEFT. */
  readonly name: string;
  /** Of the module's matrix: [out, in]. */
  readonly shape: readonly [number, number];
  read(): Promise<LowRank>;
}

export interface OpenedAdapter {
  readonly config: AdapterConfig;
  readonly file: string;
  readonly modules: readonly ModuleAdapter[];
}

type Part = 'lora_A' | 'lora_B' | 'lora_magnitude_vector' | 'base_layer';
type Parts = Partial<Record<Part, StoredTensor>>;

/** Reads config and headers; throws for what cannot be carried out. */
export async function openAdapter(folder: string): Promise<OpenedAdapter> {
  const config = await readConfig(join(folder, configFile));
  const file = join(folder, tensorFile);
  const { tensors } = await readHeader(file);
  const byModule = new Map<string, Parts>();
  const adapters = new Set<string>();
  for (const [key, stored] of tensors) {
    const { module, part, adapter } = readKey(key, file);
    if (adapter !== undefined) adapters.add(adapter);
    const parts = byModule.get(module) ?? {};
    if (parts[part] !== undefined) throw tensorUnsupported(file, key, `a second ${part} of ${module}`);
    byModule.set(module, { ...parts, [part]: stored });
  }
  if (adapters.size > 1)
    throw tensorUnsupported(file, [...tensors.keys()][0]!, `adapters of several names, ${[...adapters].join(', ')}`);
  if (byModule.size === 0) throw noAdapter(file, 'no tensors');
  const modules = [...byModule].map(([name, parts]) => moduleAdapter(name, parts, { config, file }));
  return { config, file, modules };
}

/**
 * `default` and the like, the adapter's name, stands in files that were not written by save_pretrained. With an adapter of the
 * output head PEFT saves the head's own matrix, too, and loads it over the model's.
 */
const keys =
  /^(?<module>.+)\.(?:(?<base>base_layer)\.weight|(?<matrix>lora_[AB])(?:\.(?<first>[^.]+))?\.weight|(?<vector>lora_magnitude_vector)(?:\.(?!weight$)(?<second>[^.]+))?(?:\.weight)?)$/;

function readKey(
  key: string,
  file: string,
): { readonly module: string; readonly part: Part; readonly adapter: string | undefined } {
  const groups = keys.exec(key)?.groups;
  if (groups === undefined) {
    const found = key.includes('lora_embedding') ? 'an adapter of an embedding' : 'no part of an adapter of a matrix';
    throw tensorUnsupported(file, key, found);
  }
  const { module = '', base, matrix, vector, first, second } = groups;
  const name = module.startsWith(prefix) ? module.slice(prefix.length) : module;
  return { module: name, part: (base ?? matrix ?? vector) as Part, adapter: first ?? second };
}

function moduleAdapter(
  name: string,
  { lora_A: a, lora_B: b, lora_magnitude_vector: magnitude, base_layer: base }: Parts,
  { config, file }: { readonly config: AdapterConfig; readonly file: string },
): ModuleAdapter {
  if (!isTargeted(config, name))
    throw tensorsIncomplete(file, name, 'tensors', 'none: adapter_config.json does not target the module');
  if (a === undefined || b === undefined) throw tensorsIncomplete(file, name, 'one of lora_A and lora_B', 'both');
  const isDora = config.use_dora ?? false;
  if (isDora !== (magnitude !== undefined))
    throw tensorsIncomplete(
      file,
      name,
      `${magnitude === undefined ? 'no' : 'a'} lora_magnitude_vector`,
      `${isDora ? 'one' : 'none'}, for use_dora is ${isDora}`,
    );
  const { rank, scale } = scaleOf(config, name);
  const [columns = 0, rows = 0] = [a.shape[1], b.shape[0]];
  requireShape(`${file}, tensor ${a.name}`, a.shape, [rank, columns]);
  requireShape(`${file}, tensor ${b.name}`, b.shape, [rows, rank]);
  if (magnitude !== undefined) requireShape(`${file}, tensor ${magnitude.name}`, magnitude.shape, [rows]);
  if (base !== undefined) requireShape(`${file}, tensor ${base.name}`, base.shape, [rows, columns]);
  return {
    name,
    shape: [rows, columns],
    read: async () => ({
      rank,
      scale,
      a: await readTensor(a),
      b: await readTensor(b),
      magnitude: magnitude === undefined ? undefined : await readTensor(magnitude),
      base: base === undefined ? undefined : await readTensor(base),
    }),
  };
}

function requireShape(subject: string, found: readonly number[], expected: readonly number[]): void {
  if (found.join() !== expected.join()) throw shapeDiffers(subject, { found, expected });
}

export interface TensorOfAdapter {
  /** Without PEFT's prefix. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export async function writeAdapter(
  folder: string,
  config: SavedAdapter,
  { tensors, origin }: { readonly tensors: readonly TensorOfAdapter[]; readonly origin: string },
): Promise<void> {
  const written = tensors.map(({ name, shape, values: { buffer, byteOffset, byteLength } }) => ({
    name: `${prefix}${name}`,
    dtype: 'F32' as const,
    shape,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
  }));
  await writeSafetensors(join(folder, tensorFile), written, { format: 'pt', origin });
  await writeFile(join(folder, configFile), configText(config));
}

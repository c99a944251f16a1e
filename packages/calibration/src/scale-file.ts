/**
 * Channel maxima in a file: vectors by module name for the inputs of modules, which are the keys of the files that
 * SmoothQuant publishes (mit-han-lab/smoothquant, `act_scales/*.pt`), and by site for anything else. Read from safetensors
 * and from such .pt files, written as safetensors in float32.
 */
import type { TemporaryFiles } from '@linchpin/execution';
import { readHeader, readTensor, writeSafetensors } from '@linchpin/safetensors';
import { readTorchFile } from '@linchpin/torch-file';
import { rename, rm } from 'node:fs/promises';
import { pickledScales, scalesUnfit } from './errors.ts';

/** Whether a path names a file of scales, and not a text. Throws for a bare pickle, which is not read. */
export function isScaleFile(file: string): boolean {
  if (/\.(bin|pkl|pickle)$/iu.test(file)) throw pickledScales(file);
  return /\.safetensors$/iu.test(file) || isTorchFile(file);
}

/** Reads the maxima of the sites; throws where one is missing, is no vector, or holds what no magnitude can be. */
export async function loadScales(file: string, sites: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
  const tensors = isTorchFile(file) ? await torchTensors(file) : await safeTensors(file);
  const loaded = new Map<string, Float32Array>();
  for (const site of sites) loaded.set(site, await readScale(file, keyOf(site), tensors.get(keyOf(site))));
  return loaded;
}

function isTorchFile(file: string): boolean {
  return /\.pth?$/iu.test(file);
}

/** A tensor whose values are read when they are asked for. */
interface LazyTensor {
  readonly shape: readonly number[];
  values(): Promise<Float32Array>;
}

async function safeTensors(file: string): Promise<ReadonlyMap<string, LazyTensor>> {
  const { tensors } = await readHeader(file);
  return new Map(
    [...tensors].map(([name, stored]) => [name, { shape: stored.shape, values: () => readTensor(stored) }]),
  );
}

async function torchTensors(file: string): Promise<ReadonlyMap<string, LazyTensor>> {
  const tensors = await readTorchFile(file);
  return new Map([...tensors].map(([name, { shape, values }]) => [name, { shape, values: async () => values }]));
}

async function readScale(file: string, key: string, tensor: LazyTensor | undefined): Promise<Float32Array> {
  if (tensor === undefined) throw scalesUnfit(file, key, 'no tensor of that name', 'one for every module asked for');
  if (tensor.shape.length !== 1) throw scalesUnfit(file, key, `[${tensor.shape.join(', ')}]`, 'one number a channel');
  const values = await tensor.values();
  const bad = values.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) throw scalesUnfit(file, key, `${values[bad]} in channel ${bad}`, 'finite magnitudes');
  return values;
}

/** Writes maxima by site; the file appears whole or not at all. */
export async function saveScales(
  file: string,
  maxima: ReadonlyMap<string, Float32Array>,
  temporaryFiles: TemporaryFiles,
): Promise<void> {
  const temporary = `${file}.partial`;
  const tensors = [...maxima].map(([site, values]) => ({
    name: keyOf(site),
    dtype: 'F32',
    shape: [values.length],
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  }));
  temporaryFiles.note(temporary);
  try {
    await writeSafetensors(temporary, tensors);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
    temporaryFiles.forget(temporary);
  }
}

function keyOf(site: string): string {
  return site.replace(/\.input$/u, '');
}

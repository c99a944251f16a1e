/**
 * Channel maxima in a file: safetensors, float32 [channels] by module name for the inputs of modules, which are the keys
 * of the files that SmoothQuant publishes (mit-han-lab/smoothquant, `act_scales/*.pt`), and by site for anything else.
 */
import { readHeader, readTensor, type StoredTensor, writeSafetensors } from '@linchpin/safetensors';
import { rename, rm } from 'node:fs/promises';
import { forgetTemporaryFile, noteTemporaryFile } from '../temporary-files.ts';
import { pickledScales, scalesUnfit } from './errors.ts';

/** Whether a path names a file of scales, and not a text. Throws for a pickle, which is not read. */
export function isScaleFile(file: string): boolean {
  if (/\.(pt|pth|bin|pkl|pickle)$/u.test(file)) throw pickledScales(file);
  return file.endsWith('.safetensors');
}

/** Reads the maxima of the sites; throws where one is missing, is no vector, or holds what no magnitude can be. */
export async function loadScales(file: string, sites: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
  const { tensors } = await readHeader(file);
  const loaded = new Map<string, Float32Array>();
  for (const site of sites) loaded.set(site, await readScale(file, keyOf(site), tensors.get(keyOf(site))));
  return loaded;
}

async function readScale(file: string, key: string, stored: StoredTensor | undefined): Promise<Float32Array> {
  if (stored === undefined) throw scalesUnfit(file, key, 'no tensor of that name', 'one for every module asked for');
  if (stored.shape.length !== 1) throw scalesUnfit(file, key, `[${stored.shape.join(', ')}]`, 'one number a channel');
  const values = await readTensor(stored);
  const bad = values.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) throw scalesUnfit(file, key, `${values[bad]} in channel ${bad}`, 'finite magnitudes');
  return values;
}

/** Writes maxima by site; the file appears whole or not at all. */
export async function saveScales(file: string, maxima: ReadonlyMap<string, Float32Array>): Promise<void> {
  const temporary = `${file}.partial`;
  const tensors = [...maxima].map(([site, values]) => ({
    name: keyOf(site),
    dtype: 'F32',
    shape: [values.length],
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  }));
  noteTemporaryFile(temporary);
  try {
    await writeSafetensors(temporary, tensors);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
    forgetTemporaryFile(temporary);
  }
}

function keyOf(site: string): string {
  return site.replace(/\.input$/u, '');
}

/**
 * Llama 3.1 to 3.3 scale their rotary frequencies by a rule that config.json gives with four numbers. A GGUF file has instead the
 * factors that the rule gives, one a pair of channels; the numbers are found again, and taken where they give the same factors.
 */
import { open } from 'node:fs/promises';
import { dequantize, type GgufTensor } from '@linchpin/gguf';
import type { JsonObject } from '../read-json.ts';
import { ggufRopeFactors } from './errors.ts';
import type { Metadata } from './metadata.ts';
import { readArchitecture } from './read-architecture.ts';

const tensorName = 'rope_freqs.weight';
/** What all releases have in common. */
const shared = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };
/** Factors are float32, computed in float32 or float64. */
const tolerance = 1e-5;

/** `rope_scaling` of config.json, where the file has factors; `path` is where it lies. */
export async function readRopeFactors(metadata: Metadata, path: string): Promise<JsonObject | undefined> {
  const tensor = metadata.tensors.get(tensorName);
  if (tensor === undefined) return undefined;
  const factors = await readValues(path, tensor);
  const factor = factors.reduce((largest, value) => Math.max(largest, value), 0);
  if (factors.every((value) => value === 1)) return undefined;
  const theta = metadata.number(`${readArchitecture(metadata).name}.rope.freq_base`) ?? 10_000;
  const fits = factors.every((value, pair) => {
    const expected = factorOf(2 * Math.PI * theta ** (pair / factors.length), factor);
    return Math.abs(value - expected) <= tolerance * expected;
  });
  if (!fits) throw ggufRopeFactors(metadata.file, tensorName);
  return { rope_type: 'llama3', factor, ...shared };
}

async function readValues(path: string, { type, offset, length }: GgufTensor): Promise<Float32Array> {
  await using handle = await open(path);
  const { buffer } = await handle.read({ buffer: Buffer.alloc(length), position: offset });
  return dequantize(buffer, type);
}

/** By how much a wavelength, in tokens, becomes longer: short ones stay, long ones are stretched, between them it goes over. */
function factorOf(wavelength: number, factor: number): number {
  const { low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: length } = shared;
  const share = (length / wavelength - low) / (high - low);
  return 1 / ((1 - Math.min(Math.max(share, 0), 1)) / factor + Math.min(Math.max(share, 0), 1));
}

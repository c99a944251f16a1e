/** Compares the tensors of a checkpoint with those that its architecture uses. */
import type { DecoderConfig, ExpectedTensor, ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { isWeightDType } from '@linchpin/tensor';
import type { Checkpoint } from './checkpoint.ts';
import { tensorAbsent, tensorDType, tensorShape } from './errors.ts';
import { listNames } from './list-names.ts';

/**
 * Throws for a tensor that is absent, has another shape than config.json asks for, or has no floating-point type that
 * can be used. Gives warnings about tensors that nothing uses.
 */
export function validateTensors<Config extends DecoderConfig>(
  family: ModelFamily<Config>,
  config: Config,
  checkpoint: Pick<Checkpoint, 'tensors' | 'weightsFile'>,
): string[] {
  const unused = unusedTensors(family, config, checkpoint);
  return warnUnused(unused, config.layers).map((warning) => `${checkpoint.weightsFile}: ${warning}`);
}

/** As `validateTensors`; gives the names that nothing uses, and that are no known leftovers. */
export function unusedTensors<Config extends DecoderConfig>(
  family: ModelFamily<Config>,
  config: Config,
  { tensors, weightsFile }: Pick<Checkpoint, 'tensors' | 'weightsFile'>,
): string[] {
  const expected = family.tensors(config);
  const absent = expected.filter(({ name }) => !tensors.has(name));
  if (absent.length > 0) throw tensorAbsent(weightsFile, absent, unknownAmong(expected, tensors));
  for (const tensor of expected) checkTensor(tensor, tensors.get(tensor.name)!);
  const used = new Set(expected.map(({ name }) => name));
  return [...tensors.keys()].filter((name) => !used.has(name) && !family.isLeftover(name));
}

/** Names of stored tensors that nothing uses: where one is missing, what is there instead. */
function unknownAmong(
  expected: readonly ExpectedTensor[],
  tensors: Checkpoint['tensors'],
): { readonly stored: number; readonly unknown: readonly string[] } {
  const known = new Set(expected.map(({ name }) => name));
  return { stored: tensors.size, unknown: [...tensors.keys()].filter((name) => !known.has(name)) };
}

function checkTensor(expected: ExpectedTensor, stored: StoredTensor): void {
  if (stored.shape.join() !== expected.shape.join()) throw tensorShape(stored, expected);
  if (!isWeightDType(stored.dtype)) throw tensorDType(stored);
}

function warnUnused(unused: readonly string[], layers: number): string[] {
  const beyond = unused.filter((name) => layerOf(name) >= layers);
  const others = unused.filter((name) => layerOf(name) < layers);
  const indices = [...new Set(beyond.map(layerOf))].toSorted((a, b) => a - b).map(String);
  const warnings: string[] = [];
  if (beyond.length > 0) {
    warnings.push(
      `tensors of layer ${listNames(indices)} of a model whose config has ${layers} layers are not used: ${listNames(beyond)}.`,
    );
  }
  if (others.length > 0) warnings.push(`unknown tensors are not used: ${listNames(others)}.`);
  return warnings;
}

/** The first number between the dots of a name, which families use for the layer; -1 without one. */
function layerOf(name: string): number {
  const part = /(?:^|\.)(\d+)\./.exec(name)?.[1];
  return part === undefined ? -1 : Number(part);
}

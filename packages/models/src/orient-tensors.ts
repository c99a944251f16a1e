import type { ExpectedTensor } from '@linchpin/plugin-api';
import { type StoredTensor, transposeStored } from '@linchpin/safetensors';

/**
 * The tensors of a checkpoint as everything behind this point sees them: matrices that their family stores [in, out] are
 * [out, in], like every other. Nothing is read or copied.
 */
export function orientTensors(
  expected: readonly ExpectedTensor[],
  stored: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<string, StoredTensor> {
  const turned = new Set(expected.filter(({ transposed }) => transposed).map(({ name }) => name));
  return new Map([...stored].map(([name, tensor]) => [name, turned.has(name) ? transposeStored(tensor) : tensor]));
}

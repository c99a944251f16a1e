import { createHash, type Hash } from 'node:crypto';
import type { PackedBatch } from '@linchpin/plugin-api';

/**
 * Names what a model gives for a batch: sha256 over the model's identity and everything that is fed. Lengths stand
 * before contents, so that no two batches run into each other.
 */
export function batchKey(identity: string, batch: PackedBatch): Uint8Array {
  const hash = createHash('sha256').update(`${identity}\n${batch.rows} ${batch.rowLength}\n`);
  for (const numbers of [
    batch.tokenIds,
    batch.positions,
    batch.subtreeEnds,
    batch.scoredTokens,
    batch.targetRows,
    batch.targetIds,
  ])
    addNumbers(hash, numbers);
  // Whether its keys were kept or computed for this batch is no part of it: the bits are the same.
  if (batch.prefix !== undefined) {
    addNumbers(hash.update(`prefix ${batch.prefix.partLength}\n`), batch.prefix.tokenIds);
  }
  return hash.digest();
}

function addNumbers(hash: Hash, numbers: Int32Array): void {
  hash.update(`${numbers.length}\n`).update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

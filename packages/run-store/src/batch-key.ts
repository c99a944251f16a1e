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

const keyBytes = 32;

/** Keys that lie one behind the other. */
export function eachKey(keys: Uint8Array): Uint8Array[] {
  return Array.from({ length: keys.length / keyBytes }, (_, at) => keys.subarray(at * keyBytes, (at + 1) * keyBytes));
}

/** A key as what maps and sets compare: a character a byte. */
export function keyName(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

function addNumbers(hash: Hash, numbers: Int32Array): void {
  hash.update(`${numbers.length}\n`).update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

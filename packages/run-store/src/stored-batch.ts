/** What a batch gave, as it lies in the store. */
import { crc32 } from 'node:zlib';
import type { BatchOutput } from '@linchpin/plugin-api';
import { aligned, bytesOf, packArrays, unpackArrays } from './named-arrays.ts';

export interface StoredBatch {
  readonly log_probabilities: Uint8Array;
  readonly greedy_ids: Uint8Array;
  readonly unresolved: Uint8Array | null;
  readonly activations: Uint8Array | null;
  /** crc32 over all of it. */
  readonly checksum: number;
}

export function storedOf({ logProbabilities, greedyIds, unresolved, activations }: BatchOutput): StoredBatch {
  const parts = {
    log_probabilities: bytesOf(logProbabilities),
    greedy_ids: bytesOf(greedyIds),
    unresolved: unresolved ?? null,
    activations: activations.size === 0 ? null : packArrays(activations),
  };
  return { ...parts, checksum: checksumOf(parts) };
}

export function outputOf({ log_probabilities, greedy_ids, unresolved, activations }: StoredBatch): BatchOutput {
  return {
    logProbabilities: new Float32Array(aligned(log_probabilities)),
    greedyIds: new Int32Array(aligned(greedy_ids)),
    ...(unresolved === null ? {} : { unresolved }),
    activations: activations === null ? new Map() : unpackArrays(activations),
  };
}

/** Whether it is as it was written. */
export function isSound(stored: StoredBatch): boolean {
  return checksumOf(stored) === stored.checksum;
}

function checksumOf(stored: Omit<StoredBatch, 'checksum'>): number {
  const { log_probabilities, greedy_ids, unresolved, activations } = stored;
  const parts = [log_probabilities, greedy_ids, unresolved, activations];
  return parts.reduce((sum, part) => (part === null ? sum : crc32(part, sum)), 0);
}

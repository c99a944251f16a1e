/** Takes batches of other machines into a store: equal ones once, close ones always the same one, contradictory ones not at all. */
import { keyName } from '../batch-key.ts';
import { isSound } from '../stored-batch.ts';
import type { CarriedBatch, CarriedBatches } from './carried-batches.ts';
import type { Carried } from './carried-lines.ts';
import { areSame, isBefore, outputDifference } from './output-difference.ts';

/** Two machines that disagree about a batch by more than the order of sums explains. */
export interface Contradiction {
  readonly key: Uint8Array;
  /** See `outputDifference`. */
  readonly difference: number;
  /** JSON of the origins of both, in the order of their bytes; null where nobody said. */
  readonly origins: readonly [string | null, string | null];
}

export interface MergeCounts {
  /** Not known before. */
  readonly added: number;
  /** Known with the same bytes. */
  readonly same: number;
  /** Known with other bytes, within the tolerance. */
  readonly close: number;
  /** The largest difference of those. */
  readonly largest: number;
  /** Without the checksum that they were written with: left out. */
  readonly damaged: number;
  readonly contradictions: readonly Contradiction[];
}

/** Nats a scored token: what the order of sums is known to change (docs/determinism.md). */
export const orderTolerance = 2e-5;

export interface MergingOptions {
  /** See `outputDifference`; `orderTolerance` when absent. */
  readonly tolerance?: number;
  /** Keys of batches that were contradictory in what was merged before, as `keyName` has them; is added to. */
  readonly refused?: Set<string>;
  /** How many batches came from each machine, as JSON of its origin; null where nobody said; is added to. */
  readonly origins?: Map<string | null, number>;
}

/** Batches that are in memory at once. */
const together = 256;

/**
 * Of two that differ within the tolerance the one with the smaller bytes stays, so that the order of merging changes
 * nothing. Of two that contradict each other neither does: whoever asks computes the batch anew.
 */
export function mergeBatches(
  target: CarriedBatches,
  batches: Iterable<CarriedBatch>,
  { tolerance = orderTolerance, refused = new Set(), origins = new Map() }: MergingOptions = {},
): MergeCounts {
  const counts = { added: 0, same: 0, close: 0, largest: 0, damaged: 0, contradictions: [] as Contradiction[] };
  const merge = (batch: CarriedBatch): void => {
    if (!isSound(batch)) {
      counts.damaged++;
      return;
    }
    origins.set(batch.origin, (origins.get(batch.origin) ?? 0) + 1);
    const name = keyName(batch.key);
    if (refused.has(name)) return;
    const known = target.get(batch.key);
    if (known === undefined || !isSound(known)) {
      counts.added++;
      target.put([batch]);
    } else if (areSame(known, batch)) {
      counts.same++;
    } else {
      const difference = outputDifference(known, batch);
      const [first, second] = isBefore(known, batch) ? [known, batch] : [batch, known];
      if (difference <= tolerance) {
        counts.close++;
        counts.largest = Math.max(counts.largest, difference);
        if (first === batch) target.put([batch]);
      } else {
        counts.contradictions.push({ key: batch.key, difference, origins: [first.origin, second.origin] });
        target.remove(batch.key);
        refused.add(name);
      }
    }
  };
  for (const some of inChunks(batches)) target.inOne(() => some.forEach(merge));
  return counts;
}

/** The same of batches that are carried with other things, which are taken in, too. */
export function takeCarried(
  target: CarriedBatches,
  carried: readonly Carried[],
  options: MergingOptions = {},
): MergeCounts {
  const counts = mergeBatches(
    target,
    carried.flatMap((each) => (each.kind === 'batch' ? [each.batch] : [])),
    options,
  );
  target.putNumbers(carried.flatMap((each) => (each.kind === 'number' ? [each.number] : [])));
  target.putTexts(carried.flatMap((each) => (each.kind === 'text' ? [each.text] : [])));
  target.putUnits(carried.flatMap((each) => (each.kind === 'unit' ? [each.unit] : [])));
  return counts;
}

export function* inChunks<Item>(items: Iterable<Item>, size: number = together): Generator<Item[], void, void> {
  let chunk: Item[] = [];
  for (const item of items) {
    if (chunk.push(item) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

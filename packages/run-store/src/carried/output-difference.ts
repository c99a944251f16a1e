/** How far what two machines gave for one batch lies apart. */
import { aligned, unpackArrays } from '../named-arrays.ts';
import type { StoredBatch } from '../stored-batch.ts';

/**
 * The largest difference of two log-probabilities, in nats, or of two activations, relative where they are larger than 1.
 * Infinite where the two are of other shapes, or one has decided what the other left open. Arg-maxima are not compared: two
 * ids that are nearly equally likely change places by less than any tolerance.
 */
export function outputDifference(one: StoredBatch, other: StoredBatch): number {
  if (one.greedy_ids.length !== other.greedy_ids.length || !areEqual(one.unresolved, other.unresolved)) return Infinity;
  const [a, b] = [floats(one.log_probabilities), floats(other.log_probabilities)];
  return Math.max(
    largest(a, b, () => 1),
    activationDifference(one.activations, other.activations),
  );
}

export function areSame(one: StoredBatch, other: StoredBatch): boolean {
  return (
    areEqual(one.log_probabilities, other.log_probabilities) &&
    areEqual(one.greedy_ids, other.greedy_ids) &&
    areEqual(one.unresolved, other.unresolved) &&
    areEqual(one.activations, other.activations)
  );
}

/** Which of two stays, whatever came first: the one whose bytes are smaller. */
export function isBefore(one: StoredBatch, other: StoredBatch): boolean {
  return Buffer.compare(joined(one), joined(other)) < 0;
}

function joined({ log_probabilities, greedy_ids, activations }: StoredBatch): Buffer {
  return Buffer.concat([log_probabilities, greedy_ids, activations ?? new Uint8Array()]);
}

function activationDifference(one: Uint8Array | null, other: Uint8Array | null): number {
  if (one === null || other === null) return one === other ? 0 : Infinity;
  const [a, b] = [unpackArrays(one), unpackArrays(other)];
  if (a.size !== b.size) return Infinity;
  return [...a].reduce((worst, [name, values]) => {
    const others = b.get(name);
    return others === undefined
      ? Infinity
      : Math.max(
          worst,
          largest(values, others, (value) => Math.max(1, Math.abs(value))),
        );
  }, 0);
}

function largest(a: Float32Array, b: Float32Array, scale: (value: number) => number): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let index = 0; index < a.length; index++) {
    if (Object.is(a[index], b[index])) continue;
    const difference = Math.abs(a[index]! - b[index]!) / scale(a[index]!);
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  return worst;
}

function areEqual(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(aligned(bytes));
}

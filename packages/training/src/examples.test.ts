import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, DataOrder, makeBatch, stepsPerEpoch, targetsOf, type TrainingExample } from './examples.ts';

const example = (ids: readonly number[], from = 1): TrainingExample => ({ ids: Int32Array.from(ids), from });

describe('DataOrder', () => {
  it('goes through all examples once an epoch, in an order that follows from the seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(1000),
        (count, batchSize, accumulation, seed) => {
          const settings = { batchSize, accumulation, seed };
          const perEpoch = stepsPerEpoch(count, settings);
          const [order, again] = [new DataOrder(count, settings), new DataOrder(count, settings)];
          for (const epoch of [0, 1]) {
            const steps = Array.from({ length: perEpoch }, (_, step) => [...order.examplesOf(epoch * perEpoch + step)]);
            expect(steps.flat().toSorted((a, b) => a - b)).toEqual([...Array(count).keys()]);
            for (const step of steps.slice(0, -1)) expect(step).toHaveLength(batchSize * accumulation);
            // Whoever goes on asks in the middle, and gets what the first one got.
            expect([...again.examplesOf(epoch * perEpoch + perEpoch - 1)]).toEqual(steps.at(-1));
          }
        },
      ),
    );
  });

  it('takes another order in every epoch, and with another seed', () => {
    const epochOf = (seed: number, epoch: number): number[] => [
      ...new DataOrder(50, { batchSize: 50, accumulation: 1, seed }).examplesOf(epoch),
    ];
    expect(epochOf(1, 0)).not.toEqual(epochOf(1, 1));
    expect(epochOf(1, 0)).not.toEqual(epochOf(2, 0));
  });
});

describe('makeBatch', () => {
  it('lays one sequence a row, padded at its end, with the targets that count', () => {
    // The first counts its tokens 8 and 9, the second its tokens from 5 on.
    const batch = makeBatch([example([1, 7, 8, 9], 2), example([1, 5])], 1 / 3);
    expect(batch).toEqual({
      rows: 2,
      rowLength: 3,
      tokenIds: Int32Array.of(1, 7, 8, 1, 0, 0),
      positions: Int32Array.of(0, 1, 2, 0, 0, 0),
      subtreeEnds: Int32Array.of(3, 3, 3, 1, 2, 3),
      scoredTokens: Int32Array.of(1, 2, 3),
      targetIds: Int32Array.of(8, 9, 5),
      targetWeights: Float32Array.of(1 / 3, 1 / 3, 1 / 3),
    });
  });
});

describe('batchesOf', () => {
  it('counts every target once and alike, however the step is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (lengths, batchSize) => {
          const examples = lengths.map((length, index) =>
            example(
              Array.from({ length }, (_, t) => 100 * index + t),
              1 + (index % (length - 1)),
            ),
          );
          const batches = batchesOf(examples, batchSize);
          const targets = batches.flatMap(({ targetIds }) => [...targetIds]).toSorted((a, b) => a - b);
          expect(targets).toEqual(examples.flatMap(({ ids, from }) => [...ids.subarray(from)]));
          const weight = batches.reduce((sum, { targetWeights }) => sum + targetWeights.reduce((a, b) => a + b, 0), 0);
          expect(weight).toBeCloseTo(1, 5);
          expect(batches.every(({ rows }) => rows <= batchSize)).toBe(true);
          expect(targetsOf(examples[0]!)).toBe(lengths[0]! - examples[0]!.from);
        },
      ),
    );
  });
});

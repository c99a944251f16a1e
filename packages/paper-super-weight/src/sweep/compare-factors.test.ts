import { expect, it } from 'vitest';
import { compareFactors } from './compare-factors.ts';
import type { SweptColumn } from './run-sweep.ts';

const column = (kind: SweptColumn['kind'], header: string, outcomes: readonly (readonly number[])[]): SweptColumn => ({
  kind,
  header,
  points: outcomes.map((each) => ({ value: 0, outcomes: each, numbers: [] })),
});

const factors = [0, 1, 2];
/** Right answers: 4 of 10 at 0, 9 at 1, all 10 at 2. Six items change at 0, one of them for the better; one at 2. */
const first = column('accuracy', 'first', [
  [1, 1, 1, 0, 0, 0, 0, 0, 0, 1],
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
]);
const second = column('accuracy', 'second', [
  [0, 1],
  [0, 1],
  [1, 1],
]);
const nll = column('perplexity', 'nll', [
  [2.3, 1.9, 2.25, 2.4, 2.05, 1.98],
  [2, 2, 2, 2, 2, 2],
  [2, 2, 2, 2, 2, 2],
]);

it('compares every factor but 1 with it, by column', () => {
  const compared = compareFactors(factors, [first, second, nll]);
  expect(compared.map(({ header, factor }) => `${header} ${factor}`)).toEqual(
    ['first', 'second', 'nll', 'AVG'].flatMap((header) => [`${header} 0`, `${header} 2`]),
  );
});

it('tests accuracies by what the two models disagree about', () => {
  const [zero, two] = compareFactors(factors, [first]);
  // Six lost and one won: 2 · (1 + 7) / 2^7. One won alone says nothing. Holm: the smaller times 2.
  expect(zero).toMatchObject({ unit: 'points', items: 10, difference: -50, test: 'mcnemar' });
  expect(zero!.p).toBeCloseTo(0.125, 12);
  expect(zero!.pHolm).toBeCloseTo(0.25, 12);
  expect(two).toMatchObject({ difference: 10, p: 1, pHolm: 1 });
  expect(zero!.interval![0]).toBeLessThan(-50);
  expect(zero!.interval![1]).toBeGreaterThan(-50);
});

it('tests log-likelihoods by their paired differences', () => {
  const [zero, two] = compareFactors(factors, [nll]);
  // The differences of the t test's own reference (packages/metrics).
  expect(zero).toMatchObject({ unit: 'nats', items: 6, test: 't' });
  expect(zero!.difference).toBeCloseTo(0.14666666666666667, 12);
  expect(zero!.statistic).toBeCloseTo(1.812988415546724, 10);
  expect(zero!.p).toBeCloseTo(0.12957306773402477, 10);
  expect(zero!.pHolm).toBeCloseTo(2 * 0.12957306773402477, 10);
  expect(two).toMatchObject({ difference: 0, standardError: 0, p: 1 });
});

it('averages the accuracies, whose errors add up in squares', () => {
  const compared = compareFactors(factors, [first, second, nll]);
  const of = (header: string) => compared.find((each) => each.header === header && each.factor === 2)!;
  expect(of('AVG')).toMatchObject({ items: 12, difference: (10 + 50) / 2, test: 'none', p: null });
  expect(of('AVG').standardError).toBeCloseTo(
    Math.sqrt(of('first').standardError! ** 2 + of('second').standardError! ** 2) / 2,
    12,
  );
});

it('refuses a sweep without the unchanged model', () => {
  expect(() => compareFactors([0, 2], [first])).toThrow('internal');
});

import { tableToCsv } from '@linchpin/report';
import { expect, it } from 'vitest';
import { lossFigure, lossTable, readLossTable } from './loss-curve.ts';

const steps = Array.from({ length: 1000 }, (_, index) => ({
  step: index + 1,
  loss: Math.fround(10 / (index + 3)),
  gradientNorm: 1e-7 * (index + 1),
  learningRate: 1e-5 / 3,
  targets: 7,
  tokens: 64,
}));

it('reads back exactly from CSV', () => {
  expect(readLossTable(tableToCsv(lossTable(steps)))).toEqual(steps);
});

it('draws every step of a short training, and means over stretches of a long one', () => {
  const pointsOf = (count: number): readonly { x: number; y: number }[] =>
    lossFigure('Training', steps.slice(0, count), []).panels[0]!.series[0]!.points;
  expect(pointsOf(5)).toEqual(steps.slice(0, 5).map(({ step, loss }) => ({ x: step, y: loss })));
  const long = pointsOf(1000);
  expect(long).toHaveLength(334);
  expect(long[0]).toEqual({ x: 3, y: (steps[0]!.loss + steps[1]!.loss + steps[2]!.loss) / 3 });
  expect(long.at(-1)!.x).toBe(1000);
});

it('shows what is held out beside it, where there is something', () => {
  const labels = (evaluations: Parameters<typeof lossFigure>[2]): string[] =>
    lossFigure('Training', steps.slice(0, 9), evaluations).panels[0]!.series.map(({ label }) => label);
  expect(labels([])).toEqual(['Training']);
  expect(labels([{ step: 9, loss: 1 }])).toEqual(['Training', 'Held out']);
});

import { expect, it } from 'vitest';
import { describeProfile, type ProfileEvent, profileSummary } from './profile.ts';

const node = (operator: string, dur: number): ProfileEvent => ({
  cat: 'Node',
  name: `${operator}_1_kernel_time`,
  dur,
  operator,
});

const events: readonly ProfileEvent[] = [
  { cat: 'Session', name: 'session_initialization', dur: 9e6 },
  node('Gemm', 2e6),
  node('MatMulIntegerToFloat', 1e6),
  node('MatMul', 2e5),
  node('Attention', 3e5),
  node('Add', 1e5),
  node('Softmax', 3e5),
  // What prepares a kernel is part of no operator's time.
  { cat: 'Node', name: 'Gemm_1_fence_before', dur: 7e6, operator: 'Gemm' },
  { cat: 'Session', name: 'model_run', dur: 4e6 },
];

it('tells products with weights, attention, other operators, the session and the host apart', () => {
  const summary = profileSummary(events, 5);
  expect(summary.weightProducts).toBeCloseTo(3, 9);
  expect(summary.attention).toBeCloseTo(0.5, 9);
  expect(summary.otherOperators).toBeCloseTo(0.4, 9);
  expect(summary.betweenOperators).toBeCloseTo(0.1, 9);
  expect(summary.host).toBeCloseTo(1, 9);
  expect(summary.operators.map(([operator]) => operator)).toEqual(['Softmax', 'Add']);
});

it('shows shares of the whole time, one column an execution', () => {
  const table = describeProfile('tasks', new Map([['float32', profileSummary(events, 5)]]));
  expect(table).toContain('tasks: where the time goes');
  expect(table).toMatch(/matrix products with weights +60\.0 %/);
  expect(table).toMatch(/attention +10\.0 %/);
  expect(table).toMatch(/host: reading, tokenizing, packing, filing +20\.0 %/);
  expect(table).toMatch(/the dearest other operators +Softmax 6\.0 %/);
});

import { expectProblem } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { flagOf, requireTaken } from './figure-options.ts';

it('flagOf writes options as they are given', () => {
  expect([flagOf('bos'), flagOf('windowBos')]).toEqual(['--bos', '--window-bos']);
});

it('requireTaken refuses flags that the figure does not read, whatever their values', () => {
  const figure = { number: 3, takes: ['limit'] } as const;
  requireTaken(figure, { out: 'results', limit: 2, quiet: true });
  expectProblem('cli/flag-not-taken', () => requireTaken(figure, { out: 'results', blocks: '' }));
  expectProblem('cli/flag-not-taken', () => requireTaken(figure, { out: 'results', limit: 2, windowBos: 'first' }));
});

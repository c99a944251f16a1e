import { expectProblem } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { flagName } from '../flag-name.ts';
import { requireTaken } from './figure-options.ts';

it('flagName writes options as they are given', () => {
  expect([flagName('bos'), flagName('windowBos')]).toEqual(['--bos', '--window-bos']);
});

it('requireTaken refuses flags that the figure does not read, whatever their values', () => {
  const figure = { number: 3, takes: ['limit'] } as const;
  requireTaken(figure, { out: 'results', limit: 2, quiet: true });
  expectProblem('cli/flag-not-taken', () => requireTaken(figure, { out: 'results', blocks: '' }));
  expectProblem('cli/flag-not-taken', () => requireTaken(figure, { out: 'results', limit: 2, windowBos: 'first' }));
});

it('requireTaken refuses --fresh where nothing is remembered', () => {
  const flags = { out: 'results', fresh: true } as const;
  requireTaken({ number: 3, takes: [] }, flags);
  expectProblem('cli/flag-not-taken', () => requireTaken({ number: 1, takes: [], remembersNothing: true }, flags));
});

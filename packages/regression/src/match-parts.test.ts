import { isLinchpinError } from '@linchpin/errors';
import { expect, it } from 'vitest';
import { exampleRun } from '../test/example-run.ts';
import { requireOverlap } from './match-parts.ts';

const piqa = { model: 'toy', label: 'Original', task: 'piqa' };

it('lets a plan pass of which the baseline has a part', () => {
  expect(() => requireOverlap(exampleRun('old'), [{ ...piqa, task: 'sciq' }, piqa])).not.toThrow();
});

it.each([{ model: 'other' }, { label: 'Prune SW' }, { task: 'sciq' }])(
  'refuses a plan of which the baseline has nothing: %j',
  (change) => {
    try {
      requireOverlap(exampleRun('old'), [{ ...piqa, ...change }]);
      expect.unreachable();
    } catch (error) {
      expect(isLinchpinError(error) && error.code).toBe('regression/nothing-in-common');
    }
  },
);

/** The steps of one training in a process of its own, so that their peak memory is its own. */
import process, { stderr } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import { measureSteps, type TrainingWork } from './measure-steps.ts';

process.once('message', (work: TrainingWork) => {
  void measureSteps(work).then(
    (measured) => process.send?.(measured, () => process.disconnect()),
    (error: unknown) => {
      if (!isLinchpinError(error)) throw error;
      stderr.write(`${error.message}\n`);
      process.exit(2);
    },
  );
});

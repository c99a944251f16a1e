import { describeValue, LinchpinError } from '@linchpin/errors';

export function badSetting(name: string, found: unknown, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'training/bad-setting',
    subject: `training setting ${name}`,
    found: describeValue(found),
    expected,
    action: 'Correct the setting, or leave it out.',
  });
}

export function noExamples(): LinchpinError {
  return new LinchpinError({
    code: 'training/no-examples',
    subject: 'the training data',
    found: 'no example with a token that counts in the loss',
    expected: 'at least one',
    action: 'Check the data file, and whether examples are cut before their responses.',
  });
}

/** `examples` are those of the step, counted from 0 in the data. */
export function notFinite(what: string, step: number, examples: readonly number[]): LinchpinError {
  return new LinchpinError({
    code: 'training/not-finite',
    subject: `step ${step} of the training`,
    found: `${what} that is not finite, over the examples ${examples.join(', ')} of the data`,
    expected: 'finite numbers',
    action:
      'The state before this step is kept. Train with a smaller learning rate or with clipping, or look at these examples.',
  });
}

/** The folder holds the state of a training that was asked for otherwise; `differences` say in what. */
export function otherTraining(folder: string, differences: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'training/other-training',
    subject: folder,
    found: `a training with other settings: ${differences.join('; ')}`,
    expected: 'an empty folder, or the state of this training',
    action:
      'Give the same settings to go on, another folder to train anew, or say that what is there is not needed (--fresh).',
  });
}

export function stateDamaged(files: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'training/state-damaged',
    subject: files.join(' and '),
    found: 'contents that are not those that were written',
    expected: 'the state of a training',
    action: 'Restore one of the files, or begin anew (--fresh).',
  });
}

export function cannotSave(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'training/cannot-save',
    subject: file,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a file that can be written',
    action: 'Make room or correct the permissions, and give the same command again: it goes on from the state before.',
    cause,
  });
}

import { LinchpinError } from '@linchpin/errors';

/** Coordinates that cannot be read. */
export function invalidSuperWeight(text: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-api/invalid-super-weight',
    subject: 'the super weight',
    found: `"${text}"`,
    expected: 'LAYER:ROW:COLUMN, whole numbers counted from 0; LAYER.EXPERT:ROW:COLUMN in a mixture of experts',
    action: 'model.layers[2].mlp.down_proj.weight[3968, 7003] is written 2:3968:7003.',
  });
}

/** A file of a result that is not the one that the training wrote. */
export function resultChanged(file: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-api/result-changed',
    subject: file,
    found: 'other contents than those that the training wrote, or no file',
    expected: 'the result that training.json beside it tells of',
    action:
      'Restore the file or train anew; where it was changed on purpose, copy it to a folder without training.json.',
  });
}

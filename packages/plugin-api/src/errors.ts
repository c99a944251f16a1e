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

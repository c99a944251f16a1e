import { LinchpinError } from '@linchpin/errors';

/** Coordinates that cannot be read. */
export function invalidSuperWeight(text: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-api/invalid-super-weight',
    subject: 'the super weight',
    found: `"${text}"`,
    expected: 'LAYER:ROW:COLUMN, three whole numbers counted from 0',
    action: 'model.layers[2].mlp.down_proj.weight[3968, 7003] is written 2:3968:7003.',
  });
}

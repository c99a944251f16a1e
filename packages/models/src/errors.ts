import { LinchpinError, nearestNames } from '@linchpin/errors';

/** An edit outside the matrix. */
export function coordinatesOutOfRange(tensor: string, at: readonly [number, number], shape: readonly [number, number]): LinchpinError {
  return new LinchpinError({
    code: 'models/coordinates-out-of-range',
    subject: tensor,
    found: `the coordinates [${at.join(', ')}]`,
    expected: `a row from 0 to ${shape[0] - 1} and a column from 0 to ${shape[1] - 1}`,
    action: 'Rows are output channels, columns input channels, both counted from 0; check LAYER:ROW:COLUMN.',
  });
}

/** A layer that the model does not have. */
export function layerOutOfRange(layer: number, layers: number): LinchpinError {
  return new LinchpinError({
    code: 'models/layer-out-of-range',
    subject: 'the super weight',
    found: `layer ${layer}`,
    expected: `a layer from 0 to ${layers - 1}`,
    action: 'Layers are counted from 0; check LAYER:ROW:COLUMN.',
  });
}

/** A row and a column asked of a tensor that has other than two axes. */
export function notAMatrix(tensor: string, shape: readonly number[]): LinchpinError {
  return new LinchpinError({
    code: 'models/not-a-matrix',
    subject: tensor,
    found: `the shape [${shape.join(', ')}]`,
    expected: 'a matrix, whose entries have a row and a column',
    action: 'Edit one of the weight matrices of the layers.',
  });
}

/** A tensor name that the checkpoint does not have. */
export function unknownTensor(name: string, known: readonly string[]): LinchpinError {
  return unknownName({ code: 'models/unknown-tensor', what: 'tensor', of: 'the checkpoint' }, name, known);
}

/** An activation site that the model does not have. */
export function unknownSite(name: string, known: readonly string[]): LinchpinError {
  return unknownName({ code: 'models/unknown-site', what: 'activation site', of: 'the model' }, name, known);
}

function unknownName(kind: { code: string; what: string; of: string }, name: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(name, known);
  return new LinchpinError({
    code: kind.code,
    subject: name,
    found: `a name that no ${kind.what} of ${kind.of} has`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.length} names, for example ${known[0] ?? 'none'}`,
    action: 'Names are those of the checkpoint; layers are counted from 0.',
  });
}

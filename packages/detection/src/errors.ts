import { LinchpinError } from '@linchpin/errors';

export function nonFiniteActivation(site: string, found: number): LinchpinError {
  return new LinchpinError({
    code: 'detection/non-finite',
    subject: site,
    found: String(found),
    expected: 'finite activations',
    action: 'Check the weights of the checkpoint: some may be damaged.',
  });
}

export function unsuitableMatrices(layer: number, found: string): LinchpinError {
  return new LinchpinError({
    code: 'detection/unsuitable-matrices',
    subject: `MLP of layer ${layer}`,
    found,
    expected: 'an output projection [out, in], and input projections whose rows are its input channels',
    action: 'The data-free score is not defined for such a model: leave --cold out.',
  });
}

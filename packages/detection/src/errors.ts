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

/** Options of a search that goes on until no candidate is left. */
export function besideAllAbove(given: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'detection/beside-all-above',
    subject: 'allAbove',
    found: `${given.join(', ')} beside it`,
    expected: 'none of `limit`, `inputAbove`, `outputAbove` and the absolute `rule`: the ratio decides alone',
    action: 'Leave one of the two out.',
  });
}

export function badRatio(found: number): LinchpinError {
  return new LinchpinError({
    code: 'detection/bad-ratio',
    subject: 'allAbove',
    found: String(found),
    expected: 'a number above 0: how many times the medians of the other layers',
    action: 'Correct the number; a search by itself takes 5.',
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

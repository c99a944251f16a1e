import { LinchpinError, nearestNames } from '@linchpin/errors';

/** A module that is none of the layers' linear modules. */
export function unknownModule(module: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(module, known);
  return new LinchpinError({
    code: 'models/unknown-module',
    subject: module,
    found: 'a name that no linear module of the decoder layers has',
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.length} names, such as ${known[0]}`,
    action: 'Names are those of the weight matrices of the layers without `.weight`.',
  });
}

/** One product can be executed in one way. */
export function executedTwice(module: string, first: string, second: string): LinchpinError {
  return new LinchpinError({
    code: 'models/executed-twice',
    subject: module,
    found: `the execution ${second} of a product that ${first} executes already`,
    expected: 'one execution a product',
    action: 'Leave one of the two interventions out, or let them choose different modules.',
  });
}

/** What is encoded for an execution is the matrix as the edits before it leave it. */
export function editedAfterExecution(tensor: string, execution: string): LinchpinError {
  return new LinchpinError({
    code: 'models/edited-after-execution',
    subject: tensor,
    found: `an edit behind the intervention that executes its product as ${execution}`,
    expected: 'edits before that intervention',
    action: 'Put the intervention that edits the weight first.',
  });
}

/** A run-time factor in a matrix whose product is not the float32 one. */
export function parameterUnderExecution(tensor: string, execution: string): LinchpinError {
  return new LinchpinError({
    code: 'models/parameter-under-execution',
    subject: tensor,
    found: `an entry that a run-time number scales, under the execution ${execution}`,
    expected: 'a fixed matrix, because it is encoded before the run',
    action: 'Scale by a fixed factor, or leave the execution of this module out.',
  });
}

/** A run-time factor where the graph has no product to compute a row of again. */
export function parameterOutsideProducts(tensor: string): LinchpinError {
  return new LinchpinError({
    code: 'models/parameter-outside-products',
    subject: tensor,
    found: 'a run-time number as factor',
    expected: 'one of the weight matrices of the decoder layers',
    action: 'Scale this tensor by a fixed factor.',
  });
}

export function parameterNameTaken(name: string): LinchpinError {
  return new LinchpinError({
    code: 'models/parameter-name-taken',
    subject: name,
    found: 'a second run-time number of this name',
    expected: 'every name once',
    action: 'Leave one of the two interventions out, or name their parameters differently.',
  });
}

/** A parameter that another model, or nobody, has made. */
export function unknownParameter(name: string): LinchpinError {
  return new LinchpinError({
    code: 'models/unknown-parameter',
    subject: name,
    found: 'a run-time number that this model does not have',
    expected: 'one that `parameter` of the same model gave',
    action: 'Ask the model for the parameter in the same edit.',
  });
}

/** An output holds a site's activation in one form. */
export function readInTwoForms(site: string): LinchpinError {
  return new LinchpinError({
    code: 'models/read-in-two-forms',
    subject: site,
    found: 'two different statistics of the activation',
    expected: 'one form of a site',
    action: 'Read the site in two runs.',
  });
}

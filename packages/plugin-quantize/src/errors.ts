import { LinchpinError } from '@linchpin/errors';

/** A weight or a calibrated scale that no scale can be made from. */
export function nonFiniteGroup(subject: string, index: number, value: number): LinchpinError {
  return new LinchpinError({
    code: 'quantize/non-finite',
    subject,
    found: `${value} at index ${index}`,
    expected: 'finite numbers whose spread is finite: one of any other kind would make its whole group NaN',
    action: 'Look at the checkpoint, or at the intervention before this one.',
  });
}

/** An execution in integers of something that integers do not execute. */
export function integersUnsupported(option: string, value: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize/integers-unsupported',
    subject: 'quantize',
    found: `the execution "integer" with ${option} "${value}"`,
    expected:
      'weights and activations that are both quantized to 8 bits: a product of integers needs two such operands',
    action: `Choose another ${option}, or the execution "simulated".`,
  });
}

/** More products in one sum than a 32-bit accumulator holds. */
export function sumTooLong(module: string, inner: number, limit: number): LinchpinError {
  return new LinchpinError({
    code: 'quantize/sum-too-long',
    subject: module,
    found: `an inner size of ${inner}`,
    expected: `at most ${limit}, so that a sum of 8-bit products fits in 32 bits`,
    action: 'Choose the execution "simulated".',
  });
}

/** An option that means something only for quantized activations. */
export function needsActivations(option: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize/needs-activations',
    subject: 'quantize',
    found: `${option} with activations "none"`,
    expected: 'activations "per_tensor" or "per_token"',
    action: `Choose how activations are quantized, or give "${option}": "none".`,
  });
}

/** An option that changes nothing beside the others: the result would look like one of it. */
export function withoutEffect(
  found: string,
  { expected, action }: Pick<LinchpinError['problem'], 'expected' | 'action'>,
): LinchpinError {
  return new LinchpinError({ code: 'quantize/without-effect', subject: 'quantize', found, expected, action });
}

/** Queries, keys and values that come out of one product, and have no sites of their own. */
export function fusedOperands(module: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize/fused-operands',
    subject: module,
    found: 'queries, keys and values in one activation, which would share their scales',
    expected: 'a site for each of the three',
    action: 'Choose attentionOperands "none" for this architecture.',
  });
}

/** Coordinates of an activation that cannot be read. */
export function invalidCoordinates(text: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize/invalid-coordinates',
    subject: 'the held-out activation',
    found: `"${text}"`,
    expected: 'MODULE:TOKEN:CHANNEL, token and channel counted from 0',
    action: 'The input of a module is meant, for example model.layers.2.mlp.down_proj:0:7003.',
  });
}

/** Coordinates that lie in no input that is treated. */
export function coordinatesOutside(subject: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize/coordinates-outside',
    subject,
    found: 'a place that no held-out input has',
    expected,
    action: 'Correct the place, or choose other inputs with holdOut.',
  });
}

/** Smoothing of a model of which no norm feeds products alone. */
export function nothingToSmooth(): LinchpinError {
  return new LinchpinError({
    code: 'quantize/nothing-to-smooth',
    subject: 'quantize',
    found: 'no norm whose output goes into products and nowhere else',
    expected: 'norms with a weight that factors can be folded into',
    action: 'Leave smoothing out for this model.',
  });
}

export function missingScales(module: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize/missing-scales',
    subject: module,
    found: 'no scales of its input',
    expected: 'largest magnitudes of every channel of it, or of another module with the same input',
    action: 'Use scales that were made from this model.',
  });
}

export function wrongScales(module: string, channels: number, expected: number): LinchpinError {
  return new LinchpinError({
    code: 'quantize/wrong-scales',
    subject: module,
    found: `${channels} scales`,
    expected: `one for each of the ${expected} channels of the input`,
    action: 'Use scales that were made from this model.',
  });
}

/** A search for alpha beside scales from a file. */
export function nothingToSearchOn(): LinchpinError {
  return new LinchpinError({
    code: 'quantize/nothing-to-search-on',
    subject: 'quantize: smoothing',
    found: 'a search for alpha, and activation scales from a file',
    expected: 'a calibration text, whose loss decides',
    action: 'Name a text with --calibration, or give alpha as a number.',
  });
}

/** Losses of which none is a number. */
export function nothingFinite(grid: readonly number[]): LinchpinError {
  return new LinchpinError({
    code: 'quantize/nothing-finite',
    subject: 'quantize: smoothing',
    found: `no finite loss on the calibration text under any alpha of ${grid.join(', ')}`,
    expected: 'at least one',
    action: 'Give another grid, and look at the checkpoint: some of its weights may be damaged.',
  });
}

/** Options that were not prepared: only a measurement decides. */
export function notSearched(): LinchpinError {
  return new LinchpinError({
    code: 'quantize/not-searched',
    subject: 'quantize: smoothing',
    found: 'a search for alpha that was not carried out',
    expected: 'options that the `prepare` of the plug-in has replaced',
    action: 'Await `plugin.prepare(options, model)` before `plugin.create`, or give alpha as a number.',
  });
}

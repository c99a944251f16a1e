/**
 * W8A8: weights and activations of the decoder layers in 8 bits (arXiv 2411.07191, section 5 and Tables 3, 4, 7; the
 * reference arithmetic is SmoothQuant's fake_quant.py). Embeddings, norms and the output head stay as they are. The paper
 * leaves open what the options here say. Quantizing is dynamic: no activation scale is kept from a calibration.
 */
import type { EditableLinear, EditableModel, Intervention, Json } from '@linchpin/plugin-api';
import type { ActivationQuantizer } from './activation-scale.ts';
import { layOperand, layProbabilities } from './attention-operands.ts';
import { fusedOperands, integersUnsupported, needsActivations, sumTooLong, withoutEffect } from './errors.ts';
import { checkHeldOutActivations, type HeldOutInputs, type HoldOut, placesOf } from './held-out-activations.ts';
import { type InputQuantizer, layQuantizeDequantize } from './input-quantizer.ts';
import { integerProduct, longestSum } from './integer-product.ts';
import { searchAsJson } from './search-alpha.ts';
import { simulatedProduct } from './simulated-product.ts';
import { type Smoothing, smoothModel } from './smooth-model.ts';
import { isByte, type Levels, type Scheme, symmetricSteps } from './tensor-quantizer.ts';
import type { WeightQuantizer } from './weight-quantizer.ts';

export interface QuantizeOptions {
  readonly weights: 'none' | 'per_tensor' | 'per_channel';
  /** One scale a sequence, or one a token. */
  readonly activations: 'none' | 'per_tensor' | 'per_token';
  readonly scheme: Scheme;
  /** `scheme` when absent. */
  readonly weightScheme?: Scheme | undefined;
  /** Of asymmetric schemes; for symmetric ones it says whether there are 8 bits or 16. */
  readonly levels: Levels;
  /** Whether the attention's output projection is quantized. */
  readonly outputProjection: boolean;
  /** What is quantized of the products inside attention: nothing, q, k and v before rotation, or probabilities too. */
  readonly attentionOperands: 'none' | 'qkv' | 'qkv+probabilities';
  /** Inputs of which scalars are held out. */
  readonly holdOut: HeldOutInputs;
  /** Which scalars; the largest magnitude of every input when absent. */
  readonly heldOut?: HoldOut['at'] | undefined;
  readonly smoothing?: Smoothing | undefined;
  /** Integer kernels, or dequantized codes in float32; integers where every option allows when absent. */
  readonly execution?: Execution | undefined;
}

export type Execution = 'integer' | 'simulated';

/** Quantizes every product of the decoder layers. */
export function quantize(options: QuantizeOptions): Intervention {
  checkOptions(options);
  const execution = options.execution ?? (unsupportedByIntegers(options) === undefined ? 'integer' : 'simulated');
  return {
    name: 'quantize',
    version: 1,
    settings: settingsOf(options, execution),
    async edit(model) {
      const linears = model.layerMatrices.map((name) => model.linear(name.replace(/\.weight$/, '')));
      const { smoothing } = options;
      const source = smoothing === undefined ? null : await smoothModel(model, linears, smoothing);
      if (isolates(options)) model.isolateSequences();
      const treated = linears.filter(({ role }) => options.outputProjection || role !== 'attention-output');
      checkHeldOutActivations(holdOutOf(options), treated, model.contextLength);
      for (const linear of treated) quantizeLinear(model, linear, { options, execution, source });
      if (options.attentionOperands !== 'none') quantizeOperands(model, linears, options);
    },
  };
}

interface LinearPlan {
  readonly options: QuantizeOptions;
  readonly execution: Execution;
  readonly source: Json;
}

function quantizeLinear(
  model: EditableModel,
  linear: EditableLinear,
  { options, execution, source }: LinearPlan,
): void {
  const { module, shape } = linear;
  const input = inputQuantizer(options, linear);
  const weights = weightQuantizer(options);
  if (weights === undefined) {
    if (input === undefined) return;
    model.activation(`${module}.input`).rewrite(({ graph, value, rowShape }) => ({
      value: layQuantizeDequantize(graph, value, rowShape, input),
    }));
  } else if (execution === 'integer' && input !== undefined) {
    if (shape[1] > longestSum) throw sumTooLong(module, shape[1], longestSum);
    linear.execute(integerProduct({ module, weights, input, source }));
  } else {
    linear.execute(simulatedProduct({ module, weights, ...(input === undefined ? {} : { input }), source }));
  }
}

function quantizeOperands(model: EditableModel, linears: readonly EditableLinear[], options: QuantizeOptions): void {
  const quantizer = activationQuantizer(options)!;
  for (const linear of linears) {
    const { module, role } = linear;
    for (const site of operandSites(linear))
      model.activation(site).rewrite((context) => layOperand(context, quantizer));
    if ((role !== 'query' && role !== 'query-key-value') || options.attentionOperands === 'qkv') continue;
    const attention = module.slice(0, module.lastIndexOf('.'));
    model.activation(`${attention}.attention_weights`).rewrite((context) => layProbabilities(context, quantizer));
  }
}

/** Where queries, keys and values come out of a product, each by itself. */
function operandSites({ module, role, operands }: EditableLinear): readonly string[] {
  if (role === 'query' || role === 'key' || role === 'value') return [`${module}.output`];
  if (role !== 'query-key-value') return [];
  if (operands === undefined) throw fusedOperands(module);
  return operands;
}

function weightQuantizer({ weights, scheme, weightScheme, levels }: QuantizeOptions): WeightQuantizer | undefined {
  return weights === 'none' ? undefined : { granularity: weights, scheme: weightScheme ?? scheme, levels };
}

function activationQuantizer({ activations, scheme, levels }: QuantizeOptions): ActivationQuantizer | undefined {
  return activations === 'none' ? undefined : { granularity: activations, scheme, levels };
}

function inputQuantizer(options: QuantizeOptions, linear: EditableLinear): InputQuantizer | undefined {
  const quantizer = activationQuantizer(options);
  if (quantizer === undefined) return undefined;
  const heldOut = placesOf(holdOutOf(options), linear);
  return heldOut === undefined ? quantizer : { ...quantizer, heldOut };
}

function holdOutOf({ holdOut, heldOut }: QuantizeOptions): HoldOut {
  return { inputs: holdOut, at: heldOut ?? 'largest' };
}

/** Whether what becomes of one token depends on the others of its sequence. */
function isolates({ activations, holdOut, attentionOperands, scheme }: QuantizeOptions): boolean {
  const seesMaskedZeros = attentionOperands === 'qkv+probabilities' && scheme === 'asymmetric';
  return activations === 'per_tensor' || holdOut !== 'none' || seesMaskedZeros;
}

/** The option that keeps products from being executed in integers. */
function unsupportedByIntegers(options: QuantizeOptions): 'weights' | 'activations' | 'levels' | undefined {
  if (options.weights === 'none') return 'weights';
  if (options.activations === 'none') return 'activations';
  return isByte(options) ? undefined : 'levels';
}

function checkOptions(options: QuantizeOptions): void {
  const unsupported = unsupportedByIntegers(options);
  if (options.execution === 'integer' && unsupported !== undefined)
    throw integersUnsupported(unsupported, String(options[unsupported]));
  checkSchemes(options);
  if (options.activations !== 'none') return;
  if (options.holdOut !== 'none') throw needsActivations('holdOut');
  if (options.attentionOperands !== 'none') throw needsActivations('attentionOperands');
}

/** Options of what nothing is quantized by. */
function checkSchemes(options: QuantizeOptions): void {
  const { weights, weightScheme, levels } = options;
  if (weights === 'none' && weightScheme !== undefined)
    throw withoutEffect(`weightScheme "${weightScheme}" with weights "none"`, {
      expected: 'weights "per_tensor" or "per_channel" beside weightScheme',
      action: 'Choose how weights are quantized, or leave weightScheme out.',
    });
  const quantizers = [weightQuantizer(options), activationQuantizer(options)];
  const steps = symmetricSteps({ scheme: 'symmetric', levels });
  if (levels !== steps && !quantizers.some((quantizer) => quantizer?.scheme === 'asymmetric'))
    throw withoutEffect(`levels ${levels}, and nothing that is quantized with the scheme "asymmetric"`, {
      expected: `levels ${steps}, which symmetric scales have anyway`,
      action: 'Leave levels out, or choose the scheme "asymmetric".',
    });
}

function settingsOf(options: QuantizeOptions, execution: Execution): Json {
  const { smoothing, heldOut } = options;
  return {
    weights: options.weights,
    activations: options.activations,
    scheme: options.scheme,
    weightScheme: options.weightScheme ?? options.scheme,
    levels: options.levels,
    outputProjection: options.outputProjection,
    attentionOperands: options.attentionOperands,
    holdOut: options.holdOut,
    heldOut: Array.isArray(heldOut) ? heldOut.map((place) => ({ ...place })) : 'largest',
    smoothing: smoothing?.alpha ?? null,
    calibration: smoothing?.origin ?? null,
    ...(smoothing?.searched === undefined ? {} : { alphaSearch: searchAsJson(smoothing.searched) }),
    execution,
  };
}

export type { ActivationGranularity, ActivationQuantizer } from './activation-scale.ts';
export type { HeldOutActivation, HeldOutInputs } from './held-out-activations.ts';
export { type HeldOut, holdOutLargest, lowerMedian } from './hold-out-largest.ts';
export { type InputQuantizer, layQuantizeDequantize } from './input-quantizer.ts';
export { integerProduct, type IntegerProduct, longestSum } from './integer-product.ts';
export { plugin } from './plugin.ts';
export { type PresetName, presetNames, presets } from './presets.ts';
export { type Execution, quantize, type QuantizeOptions } from './quantize.ts';
export { alphaGrid, type AlphaSearch } from './search-alpha.ts';
export { type QuantizedProduct, simulatedProduct } from './simulated-product.ts';
export type { InputMaxima, Smoothing } from './smooth-model.ts';
export { smoothingFactors, type SmoothingInput } from './smoothing-factors.ts';
export {
  type Levels,
  type QuantizedTensor,
  quantizeTensor,
  type Scheme,
  type TensorQuantizer,
} from './tensor-quantizer.ts';
export { quantizeWeights, type WeightMatrix, type WeightQuantizer } from './weight-quantizer.ts';

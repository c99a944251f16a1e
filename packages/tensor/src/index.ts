export { bytesPerElement, isWeightDType, type WeightDType, weightDTypes } from './dtype.ts';
export { fromFloat32, toFloat32 } from './float32.ts';

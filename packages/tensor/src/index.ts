export { bytesPerElement, isWeightDType, type WeightDType, weightDTypes } from './dtype.ts';
export { narrowToFloat16, roundToFloat16, widenFloat16 } from './float16.ts';
export { exactBytes, fromFloat32, toFloat32 } from './float32.ts';

/** The element types that a checkpoint's weights may have. */
export type WeightDType = 'F32' | 'F16' | 'BF16';

export const weightDTypes: readonly WeightDType[] = ['F32', 'F16', 'BF16'];

export const bytesPerElement: Readonly<Record<WeightDType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Whether a dtype of a file is one that weights may have. */
export function isWeightDType(dtype: string): dtype is WeightDType {
  return Object.hasOwn(bytesPerElement, dtype);
}

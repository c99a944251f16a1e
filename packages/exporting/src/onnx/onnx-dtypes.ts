/** What weights are stored in, in the names and file names of transformers.js 4 (`utils/dtypes.js`). */
export interface OnnxDType {
  readonly name: 'fp32' | 'fp16' | 'q8' | 'q4';
  /** Of `onnx/model<suffix>.onnx`. */
  readonly suffix: string;
  /** Of matrices that are not quantized: embedding and head. */
  readonly matrices: 'float32' | 'float16';
  /** Of the products' weights, where they are quantized. */
  readonly bits?: 4 | 8;
  readonly inWords: string;
}

export const onnxDTypes: readonly OnnxDType[] = [
  { name: 'fp32', suffix: '', matrices: 'float32', inWords: 'weights in float32' },
  { name: 'fp16', suffix: '_fp16', matrices: 'float16', inWords: 'matrices in float16, computed in float32' },
  {
    name: 'q8',
    suffix: '_quantized',
    matrices: 'float16',
    bits: 8,
    inWords: "the layers' products in 8 bits, embedding and head in float16, computed in float32",
  },
  {
    name: 'q4',
    suffix: '_q4',
    matrices: 'float16',
    bits: 4,
    inWords: "the layers' products in 4 bits, embedding and head in float16, computed in float32",
  },
];

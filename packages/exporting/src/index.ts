export type { Exported, ExportFormat, ExportRequest, ExportSettings } from './export-format.ts';
export {
  type ExportedModel,
  exportInWords,
  exportModel,
  type ExportOptions,
  findExportFormat,
} from './export-model.ts';
export { exportFormats } from './generated/formats.ts';
export type { ExportedFile } from './model-card.ts';
export { type OnnxDType, onnxDTypes } from './onnx/onnx-dtypes.ts';
export { type OnnxModelFiles, writeOnnxModel, type WriteModelOptions } from './onnx/write-model.ts';

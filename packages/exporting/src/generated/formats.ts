// Written by scripts/generate-indexes.ts from the files of ../formats. Do not edit.
import type { ExportFormat } from '../export-format.ts';
import { onnx } from '../formats/onnx.ts';
import { safetensors } from '../formats/safetensors.ts';

export const exportFormats: readonly ExportFormat[] = [onnx, safetensors];

/** Writes a decoder as an ONNX model with its weights beside it: `model.onnx` and `model.onnx_data`, further parts numbered. */
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { internalError } from '@linchpin/errors';
import type { ExportedGraph } from '@linchpin/models';
import { type ElementType, serializeGraph, verifyGraph } from '@linchpin/onnx';
import { type DataPart, dataParts } from './data-parts.ts';
import type { OnnxDType } from './onnx-dtypes.ts';
import { storedGraph } from './stored-graph.ts';

export interface OnnxModelFiles {
  readonly model: string;
  /** In the order of their numbers. */
  readonly data: readonly string[];
  readonly bytes: number;
  /** Types of integers that weights are stored in, as interventions quantize them. */
  readonly integers: readonly ElementType[];
}

export interface WriteModelOptions {
  readonly folder: string;
  readonly dtype: OnnxDType;
  readonly signal: AbortSignal;
  /** Called with every part that is written. */
  readonly onPart?: (done: number, total: number) => void;
}

/** What quantized weights are stored in; other integers are indices. */
const codeTypes: readonly ElementType[] = ['int8', 'uint8'];

export async function writeOnnxModel(
  laid: ExportedGraph,
  { folder, dtype, signal, onPart }: WriteModelOptions,
): Promise<OnnxModelFiles> {
  const model = `model${dtype.suffix}.onnx`;
  const parts = dataParts(laid, dtype.matrices);
  // The names by which transformers.js looks for the parts.
  const nameOf = ({ file }: Pick<DataPart, 'file'>): string => `${model}_data${file === 0 ? '' : `_${file}`}`;
  const graph = storedGraph(laid.graph, parts, nameOf);
  const problems = verifyGraph(graph);
  if (problems.length > 0) throw internalError(`the exported graph is not sound: ${problems.join('; ')}`);
  const bytes = serializeGraph(graph);
  await writeFile(join(folder, model), bytes);
  let written = bytes.length;
  const data = [...Map.groupBy(parts, ({ file }) => nameOf({ file }))];
  let done = 0;
  for (const [name, ofFile] of data) {
    await using handle = await open(join(folder, name), 'wx');
    for (const part of ofFile) {
      signal.throwIfAborted();
      await writePart(handle, part);
      onPart?.(++done, parts.length);
    }
    written += (await handle.stat()).size;
  }
  const integers = [...new Set(parts.map(({ type }) => type))].filter((type) => codeTypes.includes(type));
  return { model, data: data.map(([name]) => name), bytes: written, integers };
}

async function writePart(handle: FileHandle, part: DataPart): Promise<void> {
  const bytes = await part.read();
  if (bytes.length !== part.length)
    throw internalError(`${part.name} has ${bytes.length} bytes where ${part.length} were announced`);
  // A write at a place leaves zeros before it.
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, Math.min(bytes.length - at, 2 ** 30), part.offset + at);
    at += bytesWritten;
  }
}

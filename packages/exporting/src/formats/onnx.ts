/** A decoder with past keys and values, as transformers.js and onnxruntime-genai open it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { internalError, isLinchpinError } from '@linchpin/errors';
import { appliedTo, float32Laying, remarkOn } from '@linchpin/execution';
import type { OpenedModel } from '@linchpin/harness';
import { type ExportedGraph, layExported, writeAccompanying } from '@linchpin/models';
import { formatSuperWeight, type Intervention, type SuperWeight } from '@linchpin/plugin-api';
import { quantizeBlocks } from '@linchpin/plugin-quantize-blocks';
import { withoutEffect } from '../errors.ts';
import type { Exported, ExportFormat, ExportRequest, ExportSettings } from '../export-format.ts';
import { type OnnxDType, onnxDTypes } from '../onnx/onnx-dtypes.ts';
import { writeCompanions, type WrittenModel } from '../onnx/companions.ts';
import { type OnnxModelFiles, writeOnnxModel } from '../onnx/write-model.ts';

const usualBlock = 32;

export const onnx: ExportFormat = {
  name: 'onnx',
  summary: 'a decoder with keys and values, which transformers.js and onnxruntime-genai open',
  dtypes: onnxDTypes.map(({ name }) => name),
  check({ dtypes, block, holdOut }: ExportSettings) {
    if (isQuantized(dtypes)) return;
    const expected = 'an export in q8 or q4, whose weights stand in blocks';
    if (block !== undefined) throw withoutEffect('block', expected);
    if (holdOut !== undefined) throw withoutEffect('holdOut', expected);
  },
  usesSuperWeights: ({ dtypes, holdOut }: ExportSettings) => isQuantized(dtypes) && holdOut !== false,
  write,
};

async function write(request: ExportRequest): Promise<Exported> {
  const { harness, model, chain, folder, options } = request;
  const { reporter } = harness.context;
  const dtypes = chosen(options.dtypes);
  const held = isQuantized(options.dtypes) ? heldOut(model, options) : { weights: [] };
  if (held.note !== undefined) reporter.remark(`warning: ${held.note}`);
  await writeAccompanying(model.checkpoint, folder);
  await mkdir(join(folder, 'onnx'));
  const written: WrittenModel[] = [];
  let first: ExportedGraph | undefined;
  for (const dtype of dtypes) {
    const { laid, files } = await writeDType(request, dtype, held.weights);
    first ??= laid;
    written.push({ ...files, dtype: dtype.name });
  }
  if (first === undefined) throw internalError('an export without a dtype');
  const remarks = (first.remarks ?? []).filter(({ intervention }) => intervention < chain.interventions.length);
  remarkOn(chain, { remarks }, harness.context);
  await writeCompanions(folder, { model, laid: first, written });
  return {
    notes: notesOf(dtypes, { written, held, block: options.block ?? usualBlock, context: first.contextLength }),
    interventions: appliedTo({ remarks }, chain.interventions),
    use: useOf(dtypes[0]!),
    library: 'transformers.js',
    tags: ['onnx', ...(dtypes.some(({ name }) => name === 'q4') ? ['4-bit'] : [])],
    relation: isQuantized(options.dtypes) ? 'quantized' : 'finetune',
    facts: { models: written, heldOut: held.weights.map(formatSuperWeight), remarks },
  };
}

/** The graph is released; what it says of itself stays. */
async function writeDType(
  { harness: { context }, model, chain, folder, options }: ExportRequest,
  dtype: OnnxDType,
  holdOut: readonly SuperWeight[],
): Promise<{ readonly laid: ExportedGraph; readonly files: OnnxModelFiles }> {
  const { bits } = dtype;
  const block = options.block ?? usualBlock;
  const quantizing: Intervention[] = bits === undefined ? [] : [quantizeBlocks({ bits, block, holdOut })];
  // What a device lacks here says nothing of where the model goes.
  const { execution: _, kernels: __, ...laying } = float32Laying(context);
  const laid = await layExported(model, {
    interventions: [...chain.interventions, ...quantizing],
    ...(options.context === undefined ? {} : { contextLength: options.context }),
    ...laying,
  });
  try {
    const onPart = context.reporter.meter(`tensors of ${dtype.name} written`);
    const place = { folder: join(folder, 'onnx'), dtype, signal: context.signal, onPart };
    return { laid, files: await writeOnnxModel(laid, place) };
  } finally {
    await laid.release();
  }
}

function chosen(names: ExportSettings['dtypes']): OnnxDType[] {
  const [usual] = onnxDTypes;
  return names === undefined ? [usual!] : onnxDTypes.filter(({ name }) => names.includes(name));
}

function isQuantized(names: ExportSettings['dtypes']): boolean {
  return chosen(names).some(({ bits }) => bits !== undefined);
}

interface HeldOut {
  readonly weights: readonly SuperWeight[];
  /** Why there are none, where nobody asked for that. */
  readonly note?: string;
}

/** The known super weights, unless they are not wanted. */
function heldOut({ facts }: OpenedModel, { holdOut }: ExportSettings): HeldOut {
  if (holdOut === false) return { weights: [] };
  try {
    return { weights: facts.superWeights() };
  } catch (error) {
    // Whoever asks for it is told what is missing.
    if (holdOut === true || !isLinchpinError(error)) throw error;
    return {
      weights: [],
      note: 'no super weight of this model is known, so none is held out of its block; --super-weight names them, or finds them (auto)',
    };
  }
}

interface NotedParts {
  readonly written: readonly WrittenModel[];
  readonly held: HeldOut;
  readonly block: number;
  readonly context: number;
}

function notesOf(dtypes: readonly OnnxDType[], { written, held, block, context }: NotedParts): string[] {
  const models = dtypes.map(({ inWords, bits }, index) => {
    const { model, bytes } = written[index]!;
    const inBlocks = bits === undefined ? '' : `, in blocks of ${block}, rounded to nearest`;
    return `\`onnx/${model}\`: ${inWords}${inBlocks}; ${(bytes / 1e6).toFixed(1)} MB with its data.`;
  });
  const isInBlocks = dtypes.some(({ bits }) => bits !== undefined);
  const places = held.weights.map((at) => `\`${formatSuperWeight(at)}\``).join(', ');
  const heldOutInWords =
    held.weights.length === 0
      ? 'No weight is held out of its block.'
      : `Held out of their blocks, and exact in float32 (LAYER:ROW:COLUMN): ${places}.`;
  return [...models, ...(isInBlocks ? [heldOutInWords] : []), `Sequences of at most ${context} tokens.`];
}

function useOf({ name }: OnnxDType): string {
  return [
    '```js',
    "import { pipeline } from '@huggingface/transformers';",
    '',
    `const write = await pipeline('text-generation', 'FOLDER', { dtype: '${name}' });`,
    "const [{ generated_text: text }] = await write('Once upon a time', { max_new_tokens: 40, do_sample: false });",
    '```',
  ].join('\n');
}

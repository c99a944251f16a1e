/** A decoder with past keys and values, as transformers.js and onnxruntime-genai open it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { internalError } from '@linchpin/errors';
import { appliedTo, float32Laying, remarkOn } from '@linchpin/execution';
import { type OpenedModel, superWeightsIfKnown } from '@linchpin/harness';
import { type ExportedGraph, layExported, writeAccompanying } from '@linchpin/models';
import { formatSuperWeight, type Intervention, type SuperWeight } from '@linchpin/plugin-api';
import { quantizeBlocks } from '@linchpin/plugin-quantize-blocks';
import {
  type Exported,
  type ExportFormat,
  type ExportRequest,
  type ExportSettings,
  requireUnused,
} from '../export-format.ts';
import { type OnnxDType, onnxDTypes } from '../onnx/onnx-dtypes.ts';
import { writeCompanions, type WrittenModel } from '../onnx/companions.ts';
import { type OnnxModelFiles, writeOnnxModel } from '../onnx/write-model.ts';

const usualBlock = 32;

export const onnx: ExportFormat = {
  name: 'onnx',
  dtypes: onnxDTypes.map(({ name }) => name),
  check({ dtypes, block, holdOut }: ExportSettings) {
    const names = chosen(dtypes);
    if (!isQuantized(dtypes)) requireUnused({ block, holdOut }, `onnx in ${names.map(({ name }) => name).join(', ')}`);
    // Made once for the sake of what it refuses.
    for (const dtype of names) quantizing(dtype, block, []);
  },
  usesSuperWeights: ({ dtypes, holdOut }: ExportSettings) => isQuantized(dtypes) && holdOut !== false,
  write,
};

async function write(request: ExportRequest): Promise<Exported> {
  const { harness, model, chain, folder, options } = request;
  const { reporter } = harness.context;
  const dtypes = chosen(options.dtypes);
  const held = isQuantized(options.dtypes) ? heldOut(model, options) : { weights: [] };
  if (held.note !== undefined)
    reporter.remark(`warning: ${held.note}; --super-weight names them, or finds them (auto)`);
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
  // What a device lacks here says nothing of where the model goes.
  const { execution: _, kernels: __, ...laying } = float32Laying(context);
  const laid = await layExported(model, {
    interventions: [...chain.interventions, ...quantizing(dtype, options.block, holdOut)],
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

/** Throws for blocks of a size that onnxruntime has no product for. */
function quantizing({ bits }: OnnxDType, block: number = usualBlock, holdOut: readonly SuperWeight[]): Intervention[] {
  return bits === undefined ? [] : [quantizeBlocks({ bits, block, holdOut })];
}

/** In the order of the names: the first is the one that is loaded where nobody asks for another. */
function chosen(names: ExportSettings['dtypes'] = [onnxDTypes[0]!.name]): OnnxDType[] {
  return [...new Set(names)].flatMap((named) => onnxDTypes.filter(({ name }) => name === named));
}

function isQuantized(names: ExportSettings['dtypes']): boolean {
  return chosen(names).some(({ bits }) => bits !== undefined);
}

interface HeldOut {
  readonly weights: readonly SuperWeight[];
  /** Set where there are none although nobody asked for that: the reason. */
  readonly note?: string;
}

/** The known super weights, unless they are not wanted. Whoever asks for them is told what is missing. */
function heldOut(model: OpenedModel, { holdOut }: ExportSettings): HeldOut {
  if (holdOut === false) return { weights: [] };
  const weights = holdOut === true ? model.facts.superWeights() : superWeightsIfKnown(model);
  if (weights !== undefined) return { weights };
  return { weights: [], note: 'no super weight of this model is known, so none is held out of its block' };
}

interface NotedParts {
  readonly written: readonly WrittenModel[];
  readonly held: HeldOut;
  readonly block: number;
  readonly context: number;
}

function notesOf(dtypes: readonly OnnxDType[], { written, held, block, context }: NotedParts): string[] {
  const models = dtypes.map(({ inWords, bits }, index) => {
    const { model, bytes, integers } = written[index]!;
    const ofInterventions =
      integers.length === 0 ? '' : `, but for weights that an intervention quantizes: ${integers.join(', ')}`;
    const quantized = bits === undefined ? ofInterventions : `, in blocks of ${block}, rounded to nearest`;
    return `\`onnx/${model}\`: ${inWords}${quantized}; ${(bytes / 1e6).toFixed(1)} MB with its data.`;
  });
  const isInBlocks = dtypes.some(({ bits }) => bits !== undefined);
  const places = held.weights.map((at) => `\`${formatSuperWeight(at)}\``).join(', ');
  const heldOutInWords =
    held.weights.length === 0
      ? `No weight is held out of its block${held.note === undefined ? '' : ', for no super weight of the model is known'}.`
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

import { describeValue, LinchpinError, nearestNames } from '@linchpin/errors';
import type { ExpectedTensor } from '@linchpin/plugin-api';
import { fileInWords, type StoredTensor } from '@linchpin/safetensors';
import { weightDTypes } from '@linchpin/tensor';
import { listNames } from './list-names.ts';
import type { NonFiniteWeight } from './non-finite.ts';

/** An edit outside the matrix. */
export function coordinatesOutOfRange(
  tensor: string,
  at: readonly [number, number],
  shape: readonly [number, number],
): LinchpinError {
  return new LinchpinError({
    code: 'models/coordinates-out-of-range',
    subject: tensor,
    found: `the coordinates [${at.join(', ')}]`,
    expected: `a row from 0 to ${shape[0] - 1} and a column from 0 to ${shape[1] - 1}`,
    action: 'Rows are output channels, columns input channels, both counted from 0; check LAYER:ROW:COLUMN.',
  });
}

/** A layer that the model does not have. */
export function layerOutOfRange(layer: number, layers: number): LinchpinError {
  return new LinchpinError({
    code: 'models/layer-out-of-range',
    subject: 'the super weight',
    found: `layer ${layer}`,
    expected: `a layer from 0 to ${layers - 1}`,
    action: 'Layers are counted from 0; check LAYER:ROW:COLUMN.',
  });
}

/** A layer of experts without saying which, an expert that there is not, or one of a layer that has no experts. */
export function expertOutOfRange(at: { layer: number; expert: number | undefined; experts: number }): LinchpinError {
  return new LinchpinError({
    code: 'models/expert-out-of-range',
    subject: `the MLP of layer ${at.layer}`,
    found: at.expert === undefined ? 'no expert' : `expert ${at.expert}`,
    expected: at.experts === 0 ? 'no expert, for the layer has a single MLP' : `an expert from 0 to ${at.experts - 1}`,
    action: 'Write LAYER.EXPERT:ROW:COLUMN in a mixture of experts, LAYER:ROW:COLUMN elsewhere.',
  });
}

/** An edit that looks at the tokens of a sequence together, where only some of them are. */
export function acrossTokensOfPart(module: string): LinchpinError {
  return new LinchpinError({
    code: 'models/across-tokens-of-part',
    subject: module,
    found: 'an intervention that looks at all tokens of a sequence together',
    expected: 'one that treats every token by itself, for an expert sees only the tokens that are sent to it',
    action: 'Use a setting per token in mixtures of experts, or leave the experts out.',
  });
}

/** A row and a column asked of a tensor that has other than two axes. */
export function notAMatrix(tensor: string, shape: readonly number[]): LinchpinError {
  return new LinchpinError({
    code: 'models/not-a-matrix',
    subject: tensor,
    found: `the shape [${shape.join(', ')}]`,
    expected: 'a matrix, whose entries have a row and a column',
    action: 'Edit one of the weight matrices of the layers.',
  });
}

/** A tensor name that the model does not use. */
export function unknownTensor(name: string, known: readonly string[]): LinchpinError {
  return unknownName({ code: 'models/unknown-tensor', what: 'tensor', of: 'the model' }, name, known);
}

/** An activation site that the model does not have. */
export function unknownSite(name: string, known: readonly string[]): LinchpinError {
  return unknownName({ code: 'models/unknown-site', what: 'activation site', of: 'the model' }, name, known);
}

function unknownName(
  kind: { code: string; what: string; of: string },
  name: string,
  known: readonly string[],
): LinchpinError {
  const near = nearestNames(name, known);
  return new LinchpinError({
    code: kind.code,
    subject: name,
    found: `a name that no ${kind.what} of ${kind.of} has`,
    expected:
      near.length > 0
        ? `one like ${near.join(', ')}`
        : `one of ${known.length} names, for example ${known[0] ?? 'none'}`,
    action: 'Names are those of the checkpoint; layers are counted from 0.',
  });
}

/** The folder of a checkpoint is absent, a file, or not readable. */
export function notAFolder(directory: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/not-a-folder',
    subject: directory,
    found: `that it cannot be listed (${reasonOf(cause)})`,
    expected: 'a folder with config.json and weights, as the Hugging Face hub lays checkpoints out, or a GGUF file',
    action: 'Check the path.',
    cause,
  });
}

export function configAbsent(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/config-absent',
    subject: file,
    found: `that it cannot be read (${reasonOf(cause)})`,
    expected: 'the config.json of the checkpoint',
    action: 'Download the whole checkpoint, or give the folder that holds config.json.',
    cause,
  });
}

/** A JSON file of a checkpoint that does not parse, most often one that was cut off. */
export function notJson(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/not-json',
    subject: file,
    found: `text that is not JSON (${reasonOf(cause)})`,
    expected: 'a JSON object',
    action: 'Download the file again.',
    cause,
  });
}

export function notJsonObject(file: string, found: unknown): LinchpinError {
  return new LinchpinError({
    code: 'models/not-json-object',
    subject: file,
    found: describeValue(found),
    expected: 'a JSON object',
    action: 'Download the file again.',
  });
}

const weightFileNames =
  'model.safetensors, pytorch_model.bin, or shards and their index model.safetensors.index.json or pytorch_model.bin.index.json';

export function weightsAbsent(directory: string, others: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/weights-absent',
    subject: directory,
    found: others.length === 0 ? 'no weights' : `no weights but ${listNames(others)}`,
    expected: weightFileNames,
    action: 'Download the weights of the checkpoint.',
  });
}

/** Pickles of other names than transformers gives to weights: what they hold is not known. */
export function weightsOnlyPickled(directory: string, files: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/weights-only-pickled',
    subject: directory,
    found: `weights only as Python pickles (${listNames(files)})`,
    expected: weightFileNames,
    action:
      'Convert the checkpoint to safetensors, or take a revision of it that has them; what such a file asks to be run never is.',
  });
}

export function indexMalformed(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/index-malformed',
    subject: file,
    found,
    expected: 'a weight_map from the names of tensors to the names of files',
    action: 'Download the index again.',
  });
}

/** A shard outside the folder of its index; it is never opened. */
export function shardOutsideFolder(index: string, shard: string): LinchpinError {
  return new LinchpinError({
    code: 'models/shard-outside-folder',
    subject: index,
    found: `the shard ${JSON.stringify(shard)}, which lies outside the checkpoint`,
    expected: 'files of the folder of the index',
    action: 'Do not use this checkpoint unless you trust whoever wrote it; put all shards into its folder.',
  });
}

export function shardAbsent(index: string, shard: string, tensors: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/shard-absent',
    subject: index,
    found: `no file ${shard} (or a link to a file that is gone)`,
    expected: `the shard that holds ${tensors.length} tensors: ${listNames(tensors)}`,
    action: 'Download the shard.',
  });
}

/** The index places a tensor in a shard that does not have it. */
export function tensorNotInShard(index: string, tensor: string, shards: ShardMismatch): LinchpinError {
  const elsewhere = shards.holder === undefined ? 'in none of the shards' : `in ${shards.holder}`;
  return new LinchpinError({
    code: 'models/tensor-not-in-shard',
    subject: `${index}: ${tensor}`,
    found: `the tensor ${elsewhere}`,
    expected: `it in ${shards.named}, where the index places it`,
    action: 'Download index and shards again, all of one revision.',
  });
}

export interface ShardMismatch {
  readonly named: string;
  /** The shard that has the tensor, if any. */
  readonly holder: string | undefined;
}

export function quantizedCheckpoint(subject: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/quantized-checkpoint',
    subject,
    found,
    expected: 'weights as plain matrices in F32, F16 or BF16',
    action: 'Use the checkpoint that this one was quantized from.',
  });
}

/** A field of config.json that is absent, or that has no usable value. `field` is dotted where it is nested. */
export function configField(problem: { file: string; field: string; found: unknown; expected: string }): LinchpinError {
  const isAbsent = problem.found === undefined;
  return new LinchpinError({
    code: isAbsent ? 'models/config-field-absent' : 'models/config-field-invalid',
    subject: `${problem.file}: ${problem.field}`,
    found: isAbsent ? 'no such field' : describeValue(problem.found),
    expected: problem.expected,
    action: 'Take config.json from the checkpoint that the weights belong to; no value is guessed.',
  });
}

/** A model of several parts, of which one is a language model that could be read by itself. */
export function modelOfParts(file: string, found: string, languagePart: string): LinchpinError {
  return new LinchpinError({
    code: 'models/model-of-parts',
    subject: `${file}: model_type`,
    found: `${JSON.stringify(found)}, a model with other inputs beside text`,
    expected: `a language model; its own is of the type ${languagePart}, under text_config`,
    action:
      'Make a folder with the same weights and tokenizer and what is under text_config as config.json; names under language_model. are found there.',
  });
}

export function unknownModelType(file: string, found: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(found, known);
  return new LinchpinError({
    code: 'models/unknown-model-type',
    subject: `${file}: model_type`,
    found: JSON.stringify(found),
    expected: `one of ${known.join(', ')}${near.length > 0 ? ` (the nearest: ${near.join(', ')})` : ''}`,
    action: 'Correct the spelling, or add the architecture as a file of packages/models/src/families.',
  });
}

/** A file that is meant to be read whole, of a size that no such file has. */
export function fileTooLarge(file: string, found: number, most: number): LinchpinError {
  return new LinchpinError({
    code: 'models/file-too-large',
    subject: file,
    found: `${found} bytes`,
    expected: `at most ${most}`,
    action: 'Check the file: it is something else than its name says.',
  });
}

/** Tensors that the architecture uses and the checkpoint lacks; the first is the subject. */
export function tensorAbsent(
  file: string,
  absent: readonly ExpectedTensor[],
  { stored, unknown }: { readonly stored: number; readonly unknown: readonly string[] },
): LinchpinError {
  const [first, ...more] = absent as [ExpectedTensor, ...ExpectedTensor[]];
  const others = more.length === 0 ? '' : `, nor ${listNames(more.map(({ name }) => name))}`;
  return new LinchpinError({
    code: 'models/tensor-absent',
    subject: `${file}: ${first.name}`,
    found: `no such tensor among ${stored}${others}${unknown.length === 0 ? '' : `; names that nothing uses: ${listNames(unknown)}`}`,
    expected: `a tensor of the shape [${first.shape.join(', ')}], which config.json asks for`,
    action:
      unknown.length === 0
        ? 'Download the checkpoint again, or take the config.json that belongs to it.'
        : 'Compare the names: the weights belong to another config.json, or were saved from something that holds the model.',
  });
}

export function tensorShape(stored: StoredTensor, expected: ExpectedTensor): LinchpinError {
  const isTransposed = stored.shape.length === 2 && stored.shape.toReversed().join() === expected.shape.join();
  const axes = expected.transposed ? '[input, output]' : '[output, input]';
  return new LinchpinError({
    code: 'models/tensor-shape',
    subject: `${fileInWords(stored)}: ${stored.name}`,
    found: `the shape [${stored.shape.join(', ')}]${isTransposed ? ', the transpose' : ''}`,
    expected: `[${expected.shape.join(', ')}], as config.json says`,
    action: isTransposed
      ? `Store the matrix as ${axes}.`
      : 'Take the config.json that belongs to these weights, or the weights that belong to it.',
  });
}

export function tensorDType(stored: StoredTensor): LinchpinError {
  return new LinchpinError({
    code: 'models/tensor-dtype',
    subject: `${fileInWords(stored)}: ${stored.name}`,
    found: `the dtype ${stored.dtype}${stored.dtype.startsWith('F8_') ? ', floats of 8 bits (fp8)' : ''}`,
    expected: weightDTypes.join(', '),
    action: 'Convert the weights to one of these; quantized weights need the checkpoint that they were made from.',
  });
}

/** Weights that are NaN or infinite: every number computed with them would be worthless. */
export function nonFiniteWeights(findings: readonly NonFiniteWeight[]): LinchpinError {
  const [first] = findings as [NonFiniteWeight, ...NonFiniteWeight[]];
  const others = findings.slice(1).map(({ tensor }) => tensor.name);
  return new LinchpinError({
    code: 'models/non-finite-weights',
    subject: `${fileInWords(first.tensor)}: ${first.tensor.name}`,
    found:
      `${first.count} of its values not finite, the first ${first.value} at [${first.coordinates.join(', ')}]` +
      (others.length === 0 ? '' : `; also in ${listNames(others)}`),
    expected: 'finite weights',
    action: 'Download the checkpoint again; if it is published like this, it cannot be evaluated.',
  });
}

/** The message of what was thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** A field that does not have the form which its file format gives it; `issue` is the first that a zod schema reports. */
export function invalidField(file: string, issue: { path: readonly PropertyKey[]; message: string }): LinchpinError {
  return new LinchpinError({
    code: 'models/invalid-field',
    subject: `${file}: ${issue.path.map(String).join('.') || 'the whole file'}`,
    found: `a value that does not fit (${issue.message})`,
    expected: 'the form that the file format gives this field',
    action: 'Correct the field, or download the file again.',
  });
}

/** Nobody has said which weights are super weights. `asked` is a Hub id that was given and is not known. */
export function noSuperWeights(hubId: string | undefined, asked: string | undefined): LinchpinError {
  const looked =
    asked === undefined
      ? `none given, none in the model's card, and none published for ${hubId ?? 'a local folder'}`
      : `no published entry for ${asked}`;
  return new LinchpinError({
    code: 'models/no-super-weights',
    subject: 'the super weights of the model',
    found: looked,
    expected: 'coordinates',
    action:
      'Pass --super-weight auto to have them looked for, --super-weight LAYER:ROW:COLUMN, or the Hub id of a published entry ' +
      '(`linchpin ls models`); `linchpin find` shows what is found.',
  });
}

/** A published entry is asked for, and the checkpoint is another model. */
export function knownForAnother(
  entry: { id: string; layers: number; hiddenSize: number },
  config: { layers: number; hiddenSize: number },
): LinchpinError {
  return new LinchpinError({
    code: 'models/known-for-another',
    subject: `the super weights of ${entry.id}`,
    found: `a checkpoint of ${config.layers} layers and ${config.hiddenSize} channels`,
    expected: `${entry.layers} layers and ${entry.hiddenSize} channels`,
    action: 'Check --model; for another checkpoint pass --super-weight LAYER:ROW:COLUMN.',
  });
}

/** A model card whose block for this program cannot be read. */
export function modelCardInvalid(file: string, field: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/model-card-invalid',
    subject: file,
    found: `${field}: ${found}`,
    expected: 'a `linchpin` block as docs/model-card.md describes it',
    action: 'Correct the front matter, or remove the block.',
  });
}

/** Neither a folder nor a Hub id. */
export function modelNotFound(specification: string): LinchpinError {
  return new LinchpinError({
    code: 'models/model-not-found',
    subject: '--model',
    found: `"${specification}", where no folder and no GGUF file is`,
    expected: 'a checkpoint folder, a GGUF file, or a Hub id such as huggyllama/llama-7b',
    action: 'Check the path.',
  });
}

/** A context that the model was not made for. */
export function contextLengthOutOfRange(asked: number, most: number): LinchpinError {
  return new LinchpinError({
    code: 'models/context-length-out-of-range',
    subject: 'the context length',
    found: String(asked),
    expected: `a whole number from 1 to ${most}, the config's own`,
    action: 'Choose a shorter context.',
  });
}

/** A tensor is to be trained that the checkpoint does not have. */
export function trainedUnknown(name: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(name, known);
  return new LinchpinError({
    code: 'models/trained-unknown',
    subject: 'the trained tensors',
    found: `"${name}", which the checkpoint does not have`,
    expected: near.length > 0 ? `one of its tensors (the nearest: ${near.join(', ')})` : 'names of its tensors',
    action: 'Correct the name.',
  });
}

/** An adapter stands beside a module that is no product of the layers. */
export function adaptedUnknown(module: string, matrices: readonly string[]): LinchpinError {
  const known = matrices.map((matrix) => matrix.replace(/\.weight$/, ''));
  const near = nearestNames(module, known);
  return new LinchpinError({
    code: 'models/adapted-unknown',
    subject: 'the adapted modules',
    found: `"${module}", which is neither a product of the layers nor the token embedding`,
    expected: near.length > 0 ? `one of its modules (the nearest: ${near.join(', ')})` : 'names of its modules',
    action: 'Correct the name.',
  });
}

/** A tensor is to be trained that nothing of the loss depends on. */
export function trainedUnread(name: string): LinchpinError {
  return new LinchpinError({
    code: 'models/trained-unread',
    subject: name,
    found: 'that the loss does not depend on it',
    expected: 'tensors that the loss depends on',
    action: 'Leave it out of what is trained, or leave out the intervention that executes its product otherwise.',
  });
}

/** A model whose graph cannot be one that is adjusted while it writes. */
export function notAdjustable(found: string): LinchpinError {
  return new LinchpinError({
    code: 'models/not-adjustable',
    subject: 'the model',
    found,
    expected: 'one MLP a layer, and a text that can be continued token by token',
    action: 'Use `linchpin generate` with interventions, which runs every model.',
  });
}

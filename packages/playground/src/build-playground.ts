/**
 * Writes a playground: the page, and a model laid for it. Everything is static; a page that is open asks nobody for anything
 * but these files. The folder appears whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import type { OpenedModel } from '@linchpin/harness';
import { type AdjustableSteps, layAdjustableSteps, readEndIds } from '@linchpin/models';
import { serializeGraph } from '@linchpin/onnx';
import { cannotBuild, emptyText, modelTooLarge, outTaken, pageNotBuilt } from './errors.ts';
import type { ListedFile, ManifestMatrix, ManifestTexts, PlaygroundManifest, WeightEncoding } from './manifest.ts';
import { textsFor } from './model-texts.ts';
import { NumberedParts, writeHashed } from './numbered-parts.ts';
import { type PackedWeights, packWeights } from './pack-weights.ts';

export interface PlaygroundOptions {
  /** Folder of the files. One that a playground was written to before is replaced. */
  readonly out: string;
  /** As stored up to 64 MB, in 8 bits beyond, when absent. */
  readonly weights?: WeightEncoding;
  /** What the page begins with; texts that suit most models when absent. */
  readonly prompts?: readonly string[];
  /** The text of which the page shows the loss. */
  readonly text?: string;
  /** Folder of the built page; that of this package when absent. */
  readonly page?: string;
  readonly signal?: AbortSignal;
}

export interface BuiltPlayground {
  readonly manifest: PlaygroundManifest;
  /** Of everything in the folder. */
  readonly bytes: number;
}

/** Longest text on the page, prompt and what is written: positions cost room in the graph. */
const longestText = 1024;

/** Weights of this size are packed as they are stored. */
const mostStored = 64e6;

/** A page has 4 GiB for the weights in float32, the file that they are read from, and all that is computed. */
const mostFloatBytes = 2.5e9;

/** Of this package; `npm run playground:page` builds it. */
const builtPage = join(import.meta.dirname, '..', 'page');

const manifestFile = 'model.json';

/** Throws, before anything is written, for a model that is too large or that cannot be adjusted while it runs. */
export async function buildPlayground(opened: OpenedModel, options: PlaygroundOptions): Promise<BuiltPlayground> {
  const out = resolve(options.out);
  const page = options.page ?? builtPage;
  await requireReplaceable(out);
  await requirePage(page);
  const texts = textsOf(opened, options);
  requireSmall(opened);
  const contextLength = Math.min(opened.config.contextLength, longestText);
  const steps = await layAdjustableSteps(opened, { contextLength });
  const partial = join(dirname(out), `.${basename(out)}-${randomUUID()}.partial`);
  try {
    await mkdir(join(partial, 'model'), { recursive: true });
    await cp(page, partial, { recursive: true });
    const manifest = await writeModel(partial, { opened, steps, texts, options });
    await writeFile(join(partial, manifestFile), `${JSON.stringify(manifest)}\n`);
    await rm(out, { recursive: true, force: true });
    await rename(partial, out);
    return { manifest, bytes: await folderBytes(out) };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (options.signal?.aborted === true || !isRefused(cause)) throw cause;
    throw cannotBuild(out, cause);
  } finally {
    await steps.removeFiles?.();
  }
}

/** Whether it was the system that did not do as it was told. */
function isRefused(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}

/** What lies there and is no playground stays. */
async function requireReplaceable(out: string): Promise<void> {
  const names: string[] = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw outTaken(out, error.code === 'ENOTDIR' ? 'a file' : error.message);
  });
  const isPlayground = names.includes('index.html') && names.includes(manifestFile) && names.includes('model');
  if (names.length > 0 && !isPlayground) throw outTaken(out, `a folder with ${names.slice(0, 3).join(', ')}`);
}

async function requirePage(page: string): Promise<void> {
  const names: string[] = await readdir(page).catch(() => []);
  if (!names.includes('index.html')) throw pageNotBuilt(page);
}

function textsOf(opened: OpenedModel, { prompts, text }: PlaygroundOptions): ManifestTexts {
  const usual = textsFor(opened);
  if (prompts?.some((prompt) => prompt.trim() === '') === true) throw emptyText('a prompt of the playground');
  if (text?.trim() === '') throw emptyText('the text whose loss is measured');
  return { prompts: prompts ?? usual.prompts, measured: text ?? usual.measured };
}

function requireSmall({ name, family, config, tensors }: OpenedModel): void {
  const bytes = 4 * parametersOf({ family, config, tensors });
  if (bytes > mostFloatBytes) throw modelTooLarge(name, bytes, mostFloatBytes);
}

function parametersOf({ family, config }: Pick<OpenedModel, 'family' | 'config' | 'tensors'>): number {
  return family.tensors(config).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

interface WrittenModel {
  readonly opened: OpenedModel;
  readonly steps: AdjustableSteps;
  readonly texts: ManifestTexts;
  readonly options: PlaygroundOptions;
}

async function writeModel(root: string, { opened, steps, texts, options }: WrittenModel): Promise<PlaygroundManifest> {
  const { checkpoint, config, tensors, name } = opened;
  const stored = [...tensors.values()];
  const storedBytes = stored.reduce((sum, { length }) => sum + length, 0);
  const encoding = options.weights ?? (storedBytes <= mostStored ? 'stored' : 'int8');
  const folder = join(root, 'model');
  const parts = new NumberedParts(folder, 'weights');
  const packed = await packWeights(steps.graph, {
    encoding,
    tensors: stored,
    async write(bytes) {
      options.signal?.throwIfAborted();
      await parts.write(bytes);
    },
  });
  await parts.end();
  return {
    format: 1,
    model: {
      name,
      sha256: await checkpoint.contentHash(),
      parameters: parametersOf(opened),
      layers: config.layers,
      hiddenSize: config.hiddenSize,
      contextLength: steps.contextLength,
      vocabularySize: steps.vocabularySize,
      weights: encoding,
      superWeights: superWeightsOf(opened),
      endIds: await readEndIds(checkpoint),
    },
    graph: await writeHashed(folder, { stem: 'graph', end: 'onnx', bytes: serializeGraph(packed.graph) }),
    weights: { bytes: packed.bytes, parts: parts.files },
    tokenizer: await writeTokenizer(folder, checkpoint),
    matrices: steps.matrices.map((matrix): ManifestMatrix => ({
      ...matrix,
      tensor: placeOf(matrix.module, { packed, tensors }),
    })),
    ...(await controlOf(opened, steps.matrices)),
    layers: steps.layers,
    cache: steps.cache,
    texts,
  };
}

function placeOf(
  module: string,
  { packed, tensors }: { readonly packed: PackedWeights; readonly tensors: OpenedModel['tensors'] },
): ManifestMatrix['tensor'] {
  return packed.tensors.get(tensors.get(`${module}.weight`)!.name)!;
}

/** None where nothing is known of them: then the page begins without a change. */
function superWeightsOf({ facts }: OpenedModel): PlaygroundManifest['model']['superWeights'] {
  try {
    return facts.superWeights();
  } catch (error) {
    if (isLinchpinError(error)) return [];
    throw error;
  }
}

/** The largest scalar in another row of the super weight's matrix. */
async function controlOf(
  opened: OpenedModel,
  matrices: AdjustableSteps['matrices'],
): Promise<Pick<PlaygroundManifest, 'control'>> {
  const [first, ...others] = superWeightsOf(opened);
  if (first === undefined) return {};
  const matrix = matrices.findIndex(({ layer, role }) => layer === first.layer && role === 'mlp-output');
  const { module, shape } = matrices[matrix]!;
  const values = await opened.checkpoint.format.readTensor(opened.tensors.get(`${module}.weight`)!);
  const columns = shape[1];
  // Other scalars of its row meet the same channel, and may do what it does.
  const taken = new Set([first, ...others].filter(({ layer }) => layer === first.layer).map(({ row }) => row));
  for (const row of taken) values.fill(0, row * columns, (row + 1) * columns);
  let largest = 0;
  values.forEach((value, at) => {
    if (Math.abs(value) > Math.abs(values[largest]!)) largest = at;
  });
  return { control: { matrix, row: Math.floor(largest / columns), column: largest % columns } };
}

const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer.model',
  'vocab.json',
  'merges.txt',
  'config.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
];

/** Those that are there, whatever their format: the page reads them as the command does. */
async function writeTokenizer(
  folder: string,
  checkpoint: OpenedModel['checkpoint'],
): Promise<Record<string, ListedFile>> {
  const files: Record<string, ListedFile> = {};
  for (const name of tokenizerFiles) {
    const bytes = await bytesOf(checkpoint, name);
    if (bytes === undefined) continue;
    const [stem, end] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
    files[name] = await writeHashed(folder, { stem, end, bytes });
  }
  return files;
}

async function bytesOf(checkpoint: OpenedModel['checkpoint'], name: string): Promise<Uint8Array | undefined> {
  if (name.endsWith('.model')) return await checkpoint.readBytes?.(name, 2 ** 27);
  const text = await checkpoint.readText(name);
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

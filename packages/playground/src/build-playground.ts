/**
 * Writes a playground: the page, and a model laid for it. Everything is static; a page that is open asks nobody for anything
 * but these files. The folder appears whole or not at all.
 */
import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReplacedFolders, writeWholeFolder } from '@linchpin/files';
import { type OpenedModel, superWeightsIfKnown } from '@linchpin/harness';
import { type AdjustableSteps, layAdjustableSteps, readEndIds, tokenizerFiles } from '@linchpin/models';
import { serializeGraph } from '@linchpin/onnx';
import { allKernels, type Kernels, type SuperWeight } from '@linchpin/plugin-api';
import { modelTooLarge, pageNotBuilt } from './errors.ts';
import {
  type ListedFile,
  manifestFormat,
  type ManifestMatrix,
  type ManifestTexts,
  type PlaygroundManifest,
  type WeightEncoding,
} from './manifest.ts';
import { textsOf } from './model-texts.ts';
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

/** Tables become float32 when the session opens: many graphics cards compute in nothing else. */
const kernels: Kernels = { ...allKernels, halfPrecision: false };

/** Of this package; `npm run playground:page` builds it. */
const builtPage = join(import.meta.dirname, '..', 'page');

const manifestFile = 'model.json';

/**
 * Throws, before anything is in its place, for a model that is too large or that cannot be adjusted while it runs, and for texts
 * that do not fit into the page's context.
 */
export async function buildPlayground(opened: OpenedModel, options: PlaygroundOptions): Promise<BuiltPlayground> {
  const { page = builtPage, out, signal } = options;
  await requirePage(page);
  requireSmall(opened);
  const contextLength = Math.min(opened.config.contextLength, longestText);
  const texts = textsOf(opened, options, contextLength);
  const superWeights = superWeightsIfKnown(opened);
  return await writeWholeFolder({ out, replaced, signal }, async (folder) => {
    const steps = await layAdjustableSteps(opened, { contextLength, kernels });
    try {
      await mkdir(join(folder, 'model'));
      await cp(page, folder, { recursive: true });
      const manifest = await writeModel(folder, { opened, steps, texts, superWeights, options });
      await writeFile(join(folder, manifestFile), `${JSON.stringify(manifest)}\n`);
      return { manifest, bytes: await folderBytes(folder) };
    } finally {
      await steps.removeFiles?.();
    }
  });
}

/** What was written, for whoever asked. */
export function playgroundInWords({ manifest: { model, weights }, bytes }: BuiltPlayground, out: string): string {
  const size = `${(bytes / 1e6).toFixed(0)} MB, of which ${(weights.bytes / 1e6).toFixed(0)} MB are weights (${model.weights})`;
  return [
    `Playground: ${out}, ${size}. Serve the folder by any web server, with Cross-Origin-Opener-Policy: same-origin and ` +
      'Cross-Origin-Embedder-Policy: require-corp for several threads.',
    ...(model.superWeights.length > 0
      ? []
      : [
          'No super weight of this model is known: the page has neither the story nor the slider of one. --super-weight names it, or ' +
            'finds it (auto).',
        ]),
    '',
  ].join('\n');
}

const replaced: ReplacedFolders = {
  inWords: 'one that a playground was written to before',
  has: (names) => ['index.html', manifestFile, 'model'].every((name) => names.includes(name)),
};

async function requirePage(page: string): Promise<void> {
  const names: string[] = await readdir(page).catch(() => []);
  if (!names.includes('index.html')) throw pageNotBuilt(page);
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
  /** Undefined where nothing is known of them: then the page begins without a change. */
  readonly superWeights: readonly SuperWeight[] | undefined;
  readonly options: PlaygroundOptions;
}

async function writeModel(
  root: string,
  { opened, steps, texts, superWeights = [], options }: WrittenModel,
): Promise<PlaygroundManifest> {
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
    format: manifestFormat,
    model: {
      name,
      sha256: await checkpoint.contentHash(),
      parameters: parametersOf(opened),
      layers: config.layers,
      contextLength: steps.contextLength,
      vocabularySize: steps.vocabularySize,
      weights: encoding,
      superWeights,
      endIds: await readEndIds(checkpoint),
    },
    graph: await writeHashed(folder, { stem: 'graph', end: 'onnx', bytes: serializeGraph(packed.graph) }),
    weights: { bytes: packed.bytes, parts: parts.files },
    tokenizer: await writeTokenizer(folder, checkpoint),
    matrices: steps.matrices.map((matrix): ManifestMatrix => ({
      ...matrix,
      tensor: placeOf(matrix.module, { packed, tensors }),
    })),
    ...(await controlOf(opened, steps.matrices, superWeights)),
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

/** The largest scalar in another row of the super weight's matrix. */
async function controlOf(
  opened: OpenedModel,
  matrices: AdjustableSteps['matrices'],
  [first, ...others]: readonly SuperWeight[],
): Promise<Pick<PlaygroundManifest, 'control'>> {
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

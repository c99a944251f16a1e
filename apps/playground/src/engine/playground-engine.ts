/** What the page asks of its model. It lives in a worker: the page stays quick while the model computes. */
import { internalError } from '@linchpin/errors';
import { checkPrompt } from '@linchpin/generation';
import { loadTokenizer } from '@linchpin/models';
import {
  type ListedFile,
  manifestFormat,
  type ManifestTexts,
  type PlaygroundModel,
  packedRow,
  type PlaygroundManifest,
} from '@linchpin/playground';
import type { Tokenizer } from '@linchpin/plugin-api';
import type { AdjustableModel } from './adjusted-sequence.ts';
import { type Change, noChange, type Place } from './adjustment.ts';
import { fileNotLoaded, listUnknown, listUnreadable } from './errors.ts';
import { type LayerLook, lookInside } from './look-inside.ts';
import { type LoadProgress, ModelFiles } from './model-files.ts';
import { type NextToken, nextTokensBeside } from './next-tokens.ts';
import { type Device, openSession } from './open-session.ts';
import { textLoss } from './text-loss.ts';
import { writeBeside, type WritingJob, type WrittenToken } from './write-beside.ts';

export interface OpenRequest {
  /** Address of the page. */
  readonly base: string;
  readonly device: Device;
}

export interface OpenedFacts {
  readonly model: PlaygroundModel;
  readonly texts: ManifestTexts;
  readonly matrices: readonly MatrixFacts[];
  readonly control: Place | undefined;
  readonly device: Device;
  readonly threads: number;
  /** From the start of the worker's work to a session that runs. */
  readonly milliseconds: number;
}

export interface MatrixFacts {
  readonly layer: number;
  /** Name within the layer, for example `mlp.down_proj`. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly isMlpOutput: boolean;
}

export interface BothLooks {
  readonly original: readonly LayerLook[];
  readonly changed: readonly LayerLook[];
  /** Undefined where the change leaves nothing finite. */
  readonly next: readonly NextToken[] | undefined;
  /** The text, token by token. */
  readonly tokens: readonly string[];
}

export type WriteRequest = Omit<WritingJob, 'prompt'> & { readonly prompt: string };

/** Bars of next tokens: so many of the likeliest of each side. */
const shownTokens = 5;

interface OpenedModel extends AdjustableModel {
  readonly tokenizer: Tokenizer;
}

export class PlaygroundEngine {
  #opened: OpenedModel | undefined;
  /** Raised by whatever ends the writing that goes on. */
  #writing = 0;

  async open({ base, device }: OpenRequest, onProgress: (progress: LoadProgress) => void): Promise<OpenedFacts> {
    const started = performance.now();
    const manifest = await readManifest(base);
    const files = [manifest.graph, ...manifest.weights.parts, ...Object.values(manifest.tokenizer)];
    const loading = new ModelFiles(
      base,
      files.reduce((sum, { bytes }) => sum + bytes, 0),
      onProgress,
    );
    const graph = await loading.bytes(manifest.graph);
    const tokenizer = await openTokenizer(manifest, loading);
    const weights = await joined(manifest.weights, loading);
    const session = await openSession(device, { graph, weights, cache: manifest.cache });
    this.#opened = { manifest, weights, tokenizer, session };
    const { model, texts, matrices, control } = manifest;
    return {
      model,
      texts,
      control,
      matrices: matrices.map(({ module, layer, role, shape: [rows, columns] }) => {
        return { layer, name: withinLayer(module, layer), rows, columns, isMlpOutput: role === 'mlp-output' };
      }),
      device: session.device,
      threads: session.threads,
      milliseconds: performance.now() - started,
    };
  }

  /** The values of scalars, as the model has them. */
  values(places: readonly Place[]): number[] {
    const { manifest, weights } = this.#model();
    return places.map(({ matrix, row, column }) => packedRow(weights, manifest.matrices[matrix]!, row)[column]!);
  }

  /** Both sides write; a second call ends the first. */
  async write(request: WriteRequest, onToken: (token: WrittenToken) => void): Promise<void> {
    const model = this.#model();
    const writing = ++this.#writing;
    const job = { ...request, prompt: this.#encode(request.prompt) };
    for await (const token of writeBeside(model, model.tokenizer, job)) {
      if (writing !== this.#writing) return;
      onToken(token);
      await nextTask();
    }
  }

  stop(): void {
    this.#writing++;
  }

  async look(prompt: string, change: Change): Promise<BothLooks> {
    const model = this.#model();
    const ids = this.#encode(prompt);
    const original = await lookInside(model, ids, noChange);
    await nextTask();
    const changed = change.edits.length === 0 ? original : await lookInside(model, ids, change);
    const logits = { original: original.nextLogits, changed: changed.nextLogits };
    return {
      original: original.layers,
      changed: changed.layers,
      next: nextTokensBeside(model.tokenizer, logits, shownTokens),
      tokens: ids.map((id) => model.tokenizer.decode([id])),
    };
  }

  /** Mean negative log-likelihood of the measured text, in nats a token. */
  async loss(change: Change): Promise<number> {
    const model = this.#model();
    return await textLoss(model, this.#encode(model.manifest.texts.measured), change);
  }

  #model(): OpenedModel {
    if (this.#opened === undefined) throw internalError('the model is not open yet');
    return this.#opened;
  }

  #encode(text: string): number[] {
    const { tokenizer, manifest } = this.#model();
    const ids = tokenizer.encodeWithSpecialTokens(text);
    checkPrompt(manifest.model, ids);
    return ids;
  }
}

/** Lets messages of the page through: a session that runs on the processor takes none while it computes. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

async function readManifest(base: string): Promise<PlaygroundManifest> {
  const response = await fetch(new URL('model.json', base));
  if (!response.ok) throw fileNotLoaded('model.json', response);
  // Some servers answer with a page of theirs whatever is asked.
  const manifest = (await response.json().catch(() => {
    throw listUnreadable();
  })) as PlaygroundManifest;
  if (manifest.format !== manifestFormat) throw listUnknown(manifest.format, manifestFormat);
  return manifest;
}

async function openTokenizer({ tokenizer, model }: PlaygroundManifest, loading: ModelFiles): Promise<Tokenizer> {
  const named = async <T>(name: string, read: (file: ListedFile) => Promise<T>): Promise<T | undefined> => {
    const file = tokenizer[name];
    return file === undefined ? undefined : await read(file);
  };
  const { vocabularySize } = model;
  return await loadTokenizer(
    {
      readText: async (name) => await named(name, async (file) => await loading.text(file)),
      readBytes: async (name) => await named(name, async (file) => await loading.bytes(file)),
      locate: (name) => name,
    },
    { vocabularySize },
  );
}

async function joined({ bytes, parts }: PlaygroundManifest['weights'], loading: ModelFiles): Promise<Uint8Array> {
  const weights = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    weights.set(await loading.bytes(part), at);
    at += part.bytes;
  }
  return weights;
}

/** Behind the number of the layer: `model.layers.3.mlp.down_proj` is `mlp.down_proj`. */
function withinLayer(module: string, layer: number): string {
  const mark = `.${layer}.`;
  return module.slice(module.indexOf(mark) + mark.length);
}

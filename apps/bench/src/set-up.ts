/** What a measurement needs besides the flags: a checkpoint with a tokenizer, data, and text. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { env, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { miniFolder, readText } from '@linchpin/datasets';
import { type LlamaShape, writeRandomLlama } from '@linchpin/testing';
import { denseTask, writeDensePieces } from './dense-pieces.ts';
import { noTemporaryFolder, noTokenizer } from './errors.ts';
import { shapes } from './shapes.ts';
import type { OpenedCheckpoint, TaskWork } from './workload.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Folder of data, tokenizers and scripts of other programs; measurements do without where it is absent. */
export const shared: string = env['LINCHPIN_SHARED'] ?? resolve(root, '../shared');

/** Tokenizer of random checkpoints, where none is named. */
export const sharedTokenizer: string = resolve(shared, 'tokenizers/llama2');

export const miniModel: string = resolve(root, 'models/mini');

/** A new folder for the time of a run. */
export async function temporaryFolder(prefix: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), prefix));
  } catch (cause) {
    throw noTemporaryFolder(tmpdir(), cause);
  }
}

export interface CheckpointFlags {
  readonly shape: string;
  readonly model?: string;
  readonly tokenizer?: string;
}

export interface ChosenCheckpoint {
  readonly folder: string;
  /** What baselines and tables call it. */
  readonly name: string;
  /** Writes it, where it is made for the run. */
  prepare(): Promise<void>;
}

/** The checkpoint of `--model`, else random weights of the shape, else, without their tokenizer, the mini model. */
export function chooseCheckpoint(flags: CheckpointFlags, temporary: string): ChosenCheckpoint {
  if (flags.model !== undefined) return { folder: flags.model, name: basename(resolve(flags.model)), prepare: nothing };
  const tokenizer = flags.tokenizer ?? sharedTokenizer;
  if (existsSync(join(tokenizer, 'tokenizer.json'))) {
    const folder = join(temporary, flags.shape);
    const prepare = async (): Promise<void> => await writeCheckpoint(folder, shapes[flags.shape]!, tokenizer);
    return { folder, name: flags.shape, prepare };
  }
  if (flags.tokenizer !== undefined) throw noTokenizer(flags.tokenizer);
  stderr.write(`${tokenizer} is not there: the embedded mini model is used instead of random weights\n`);
  return { folder: miniModel, name: 'mini', prepare: nothing };
}

async function nothing(): Promise<void> {}

/** Random weights beside a tokenizer. Nothing is written where the folder has a model. */
export async function writeCheckpoint(folder: string, shape: LlamaShape, tokenizer: string): Promise<void> {
  if (existsSync(join(folder, 'model.safetensors'))) return;
  await cp(tokenizer, folder, {
    recursive: true,
    filter: (file) => !file.endsWith('.safetensors') && !file.endsWith('README.md'),
  });
  await writeRandomLlama(folder, shape);
}

export function findDatasets(given: string | undefined): string {
  return given ?? (existsSync(resolve(shared, 'datasets')) ? resolve(shared, 'datasets') : miniFolder);
}

/** Windows of WikiText-2 of which every token is scored, as a task in the folder; two requests a piece. */
export async function densePieces(
  { config, tokenizer }: OpenedCheckpoint,
  { datasets, pieces, folder }: { readonly datasets: string; readonly pieces: number; readonly folder: string },
): Promise<TaskWork> {
  const files = [join(datasets, 'wikitext-2/wiki.test.raw'), join(miniFolder, 'wikitext.test.txt')];
  const text = await readText(files.find((file) => existsSync(file))!);
  await writeDensePieces(folder, { text, tokenizer, window: Math.min(2048, config.contextLength), pieces });
  return { datasets: folder, tasks: [denseTask], items: pieces };
}

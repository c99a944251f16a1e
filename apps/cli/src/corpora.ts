/** The perplexity corpora as windows: the published protocol, or what the model's card asks for. */
import { basename } from 'node:path';
import { findDataset, type FoundDataset } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import {
  c4,
  keptWindows,
  onePerDocument,
  readCorpusFile,
  readDocuments,
  readTextFile,
  textWindows,
  type WindowBos,
  type WindowedText,
  type WindowOptions,
  wikitext2,
} from '@linchpin/perplexity';
import { problemIn } from './errors.ts';
import type { OpenedModel } from './open-model.ts';

export interface Corpus {
  readonly name: string;
  /** The file's name, and in what way it is not the published one. */
  readonly dataset: string;
  readonly text: WindowedText;
  /** How many windows there can be at most. */
  readonly mostWindows: number;
  /** What should be known of numbers that are made with the data. */
  readonly notes: readonly string[];
}

export interface CorpusOptions {
  /** Folder of the data files. */
  readonly folder: string;
  readonly window?: number | undefined;
  readonly bos?: WindowBos | undefined;
}

/** The corpora that have names. */
export type CorpusName = 'wikitext2' | 'c4';

export const corpora: Readonly<Record<CorpusName, (opened: OpenedModel, options: CorpusOptions) => Promise<Corpus>>> = {
  wikitext2: wikitextCorpus,
  c4: c4Corpus,
};

/** WikiText-2: every window of the text. */
async function wikitextCorpus(opened: OpenedModel, options: CorpusOptions): Promise<Corpus> {
  const found = findDataset(options.folder, 'wikitext2');
  const settings = windowOptions(opened, options, opened.card?.perplexity?.wikitext2?.window);
  // A raw file of the original has rows that are joined again; a plain text is taken as it is.
  const reading = found.file.endsWith('.raw') ? 'wikitext-rows' : 'as-is';
  const content = await readTextFile(found.file);
  const text = about(found.file, () => wikitext2(content, { ...settings, text: reading }));
  return { name: 'wikitext2', ...describe(found), text, mostWindows: text.windowCount ?? Infinity };
}

/** C4: 256 random segments, or one window a document where the model's card says so. */
async function c4Corpus(opened: OpenedModel, options: CorpusOptions): Promise<Corpus> {
  const found = findDataset(options.folder, 'c4');
  const protocol = opened.card?.perplexity?.c4;
  const settings = windowOptions(opened, options, protocol?.window);
  const documents = await readDocuments(found.file);
  const read = protocol?.windows === 'one-per-document' ? onePerDocument : c4;
  const text = keptWindows(read(documents, settings));
  // That no document is long enough is only said when a first window is asked for.
  about(found.file, () => text.windows().next());
  return { name: 'c4', ...describe(found), text, mostWindows: text.windowCount ?? documents.length };
}

/** A file of the user's. */
export async function fileCorpus(opened: OpenedModel, file: string, options: CorpusOptions): Promise<Corpus> {
  const content = await readCorpusFile(file);
  const text = about(file, () => textWindows(content, windowOptions(opened, options, undefined)));
  return { name: basename(file), dataset: basename(file), text, mostWindows: text.windowCount ?? Infinity, notes: [] };
}

/** Protocols know texts, not files; what is wrong with a text is said of its file. */
function about<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isLinchpinError(error) ? problemIn(file, error) : error;
  }
}

function describe({ file, form, entry }: FoundDataset): Pick<Corpus, 'dataset' | 'notes'> {
  const name = basename(file);
  if (form === 'hub') return { dataset: name, notes: [] };
  return {
    dataset: `${name} (${form})`,
    notes: [
      `${entry.title}: ${name} holds other text than the published split; do not compare with published numbers.`,
    ],
  };
}

function windowOptions(opened: OpenedModel, options: CorpusOptions, cardWindow: number | undefined): WindowOptions {
  const window = options.window ?? cardWindow;
  const bos = options.bos ?? opened.card?.perplexity?.bos;
  return {
    tokenizer: opened.tokenizer,
    contextLength: opened.config.contextLength,
    ...(window === undefined ? {} : { window }),
    ...(bos === undefined ? {} : { bos }),
  };
}

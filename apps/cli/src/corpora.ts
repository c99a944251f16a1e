/** The perplexity corpora as windows: the published protocol, or what the model's card asks for. */
import { basename } from 'node:path';
import { findDataset } from '@linchpin/datasets';
import { c4, onePerDocument, readCorpusFile, readDocuments, readTextFile, textWindows, type WindowBos, type WindowOptions, wikitext2 } from '@linchpin/perplexity';
import type { OpenedModel } from './open-model.ts';
import type { Corpus } from './run-corpus.ts';

export interface CorpusOptions {
  readonly datasets: string;
  readonly window?: number;
  readonly bos?: WindowBos;
}

/** WikiText-2: every window of the text. */
export async function wikitextCorpus(opened: OpenedModel, options: CorpusOptions): Promise<Corpus> {
  const file = findDataset(options.datasets, 'wikitext2');
  const settings = windowOptions(opened, options, opened.card?.perplexity?.wikitext2?.window);
  // A raw file of the original has rows that are joined again; a plain text is taken as it is.
  const text = file.file.endsWith('.raw') ? 'wikitext-rows' : 'as-is';
  return { name: 'wikitext2', dataset: basename(file.file), text: wikitext2(await readTextFile(file.file), { ...settings, text }) };
}

/** C4: 256 random segments, or one window a document where the model's card says so. */
export async function c4Corpus(opened: OpenedModel, options: CorpusOptions): Promise<Corpus> {
  const file = findDataset(options.datasets, 'c4');
  const protocol = opened.card?.perplexity?.c4;
  const settings = windowOptions(opened, options, protocol?.window);
  const documents = await readDocuments(file.file);
  const text = protocol?.windows === 'one-per-document' ? onePerDocument(documents, settings) : c4(documents, settings);
  return { name: 'c4', dataset: basename(file.file), text };
}

/** A file of the user's. */
export async function fileCorpus(opened: OpenedModel, file: string, options: CorpusOptions): Promise<Corpus> {
  const text = textWindows(await readCorpusFile(file), windowOptions(opened, options, undefined));
  return { name: basename(file), dataset: basename(file), text };
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

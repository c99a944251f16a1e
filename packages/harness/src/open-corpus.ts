/** The perplexity corpora as windows: those that have names, and files of the user's. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { dataNotes, type FoundDataset, identifyFile } from '@linchpin/datasets';
import { nearestNames } from '@linchpin/errors';
import { openCorpusFile, readCorpusFile, textWindows } from '@linchpin/perplexity';
import { unknownCorpus } from './errors.ts';
import { corpora } from './generated/corpora.ts';
import {
  about,
  type CorpusText,
  type NamedCorpus,
  type WholeText,
  type WindowChoice,
  windowOptions,
} from './named-corpus.ts';
import type { ModelData } from './data-source.ts';
import type { OpenedModel } from './open-model.ts';
import { fileName, revisionOf } from './task-data.ts';

export interface Corpus extends CorpusText, CorpusFacts {}

/** What rows say of a corpus. */
export interface CorpusFacts {
  readonly name: string;
  /** Whether it is one of the corpora that have names, and not a file of the user's. */
  readonly isNamed: boolean;
  /** The file's name, and in what way it is not the published one. */
  readonly dataset: string;
  /** Repository and commit, for data of the hub. */
  readonly revision?: string | undefined;
  /** What should be known of numbers that are made with the data. */
  readonly notes: readonly string[];
}

export interface CorpusOptions extends WindowChoice {
  readonly data: ModelData;
}

/** A corpus by its name, or a file of the user's. Throws for what is neither. */
export async function openCorpus(opened: OpenedModel, corpus: string, options: CorpusOptions): Promise<Corpus> {
  const named = namedCorpus(corpus);
  if (named !== undefined) {
    const { data, window, bos } = options;
    const found = await data.find(corpus);
    const reading = { window, bos, documents: (file: string) => data.documents(file) };
    return { name: corpus, isNamed: true, ...(await describe(found)), ...(await named.open(found, opened, reading)) };
  }
  requireCorpus(corpus);
  const content = await readCorpusFile(corpus);
  const text = about(corpus, () => textWindows(content, windowOptions(opened, options)));
  const name = basename(corpus);
  return { name, isNamed: false, dataset: name, text, mostWindows: text.windowCount ?? Infinity, notes: [] };
}

/** The same text or file, for windows that overlap. */
export interface CorpusDocuments extends WholeText, CorpusFacts {}

/** A corpus by its name, or a file of the user's, as text and not as windows. Throws for what is neither. */
export async function openDocuments(data: ModelData, corpus: string): Promise<CorpusDocuments> {
  const named = namedCorpus(corpus);
  if (named !== undefined) {
    const found = await data.find(corpus);
    const reading = { documents: (file: string) => data.documents(file) };
    return { name: corpus, isNamed: true, ...(await describe(found)), ...(await named.read(found, reading)) };
  }
  requireCorpus(corpus);
  const file = await openCorpusFile(corpus);
  const documents = file.form === 'documents' ? file.documents : [file.text];
  const name = basename(corpus);
  return { name, isNamed: false, dataset: name, documents, text: documents.join('\n\n'), notes: [] };
}

function namedCorpus(name: string): NamedCorpus | undefined {
  return corpora.find((corpus) => corpus.name === name);
}

/** Throws where there is neither a corpus nor a file of the name. */
export function requireCorpus(corpus: string): void {
  const known = corpora.map(({ name }) => name);
  if (!known.includes(corpus) && !existsSync(corpus)) throw unknownCorpus(corpus, nearestNames(corpus, known), known);
}

/** Throws where no corpus has the name; a file is none. */
export function requireNamedCorpus(corpus: string): void {
  const known = corpora.map(({ name }) => name);
  if (!known.includes(corpus)) throw unknownCorpus(corpus, [], known);
}

async function describe(found: FoundDataset): Promise<Pick<CorpusFacts, 'dataset' | 'revision' | 'notes'>> {
  const { form, entry } = found;
  const name = fileName(found);
  const revision = revisionOf(found);
  // Where nobody has counted the rows, nothing could be said of them.
  const identity = entry.rows === null ? undefined : await identifyFile(found.file);
  const notes = dataNotes(found, name, identity);
  if (form === 'hub') return { dataset: name, revision, notes };
  return {
    dataset: `${name} (${form})`,
    revision,
    notes: [
      `${entry.title}: ${name} holds other text than the published split; do not compare with published numbers.`,
      ...notes,
    ],
  };
}

/** The perplexity corpora as windows: those that have names, and files of the user's. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findDataset, type FoundDataset } from '@linchpin/datasets';
import { nearestNames } from '@linchpin/errors';
import { readCorpusFile, textWindows } from '@linchpin/perplexity';
import { unknownCorpus } from './errors.ts';
import { corpora } from './generated/corpora.ts';
import { about, type CorpusText, type NamedCorpus, type WindowChoice, windowOptions } from './named-corpus.ts';
import type { OpenedModel } from './open-model.ts';

export interface Corpus extends CorpusText {
  readonly name: string;
  /** Whether it is one of the corpora that have names, and not a file of the user's. */
  readonly isNamed: boolean;
  /** The file's name, and in what way it is not the published one. */
  readonly dataset: string;
  /** What should be known of numbers that are made with the data. */
  readonly notes: readonly string[];
}

export interface CorpusOptions extends WindowChoice {
  /** Folder of the data files. */
  readonly folder: string;
}

/** A corpus by its name, or a file of the user's. Throws for what is neither. */
export async function openCorpus(opened: OpenedModel, corpus: string, options: CorpusOptions): Promise<Corpus> {
  const named = namedCorpus(corpus);
  if (named !== undefined) {
    const found = findDataset(options.folder, corpus);
    return { name: corpus, isNamed: true, ...describe(found), ...(await named.open(found, opened, options)) };
  }
  requireCorpus(corpus);
  const content = await readCorpusFile(corpus);
  const text = about(corpus, () => textWindows(content, windowOptions(opened, options)));
  const name = basename(corpus);
  return { name, isNamed: false, dataset: name, text, mostWindows: text.windowCount ?? Infinity, notes: [] };
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

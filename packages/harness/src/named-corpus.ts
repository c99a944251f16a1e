/** A corpus that has a name: how the file of its data set is read, and cut into windows. One file of `corpora/` each. */
import type { FoundDataset } from '@linchpin/datasets';
import { isLinchpinError } from '@linchpin/errors';
import type { Documents, WindowBos, WindowedText, WindowOptions } from '@linchpin/perplexity';
import { problemIn } from './errors.ts';
import type { OpenedModel } from './open-model.ts';

export interface NamedCorpus {
  /** By which it is asked for, and by which its data set stands in the manifest. */
  readonly name: string;
  /** By the protocol that its numbers are published with, unless the options or the model's card ask for another. */
  open(found: FoundDataset, opened: OpenedModel, options: CorpusReading): Promise<CorpusText>;
  /** What windows that overlap are cut from: one text, or documents that are none. */
  read(found: FoundDataset, options: Pick<CorpusReading, 'documents'>): Promise<WholeText>;
}

export interface CorpusText {
  readonly text: WindowedText;
  /** How many windows there can be at most. */
  readonly mostWindows: number;
}

/** A text, or documents; `text` is what windows are cut from that may hold tokens of several. */
export interface WholeText {
  readonly documents: Documents;
  /** Absent where no protocol makes one text of the documents. */
  readonly text?: string;
}

export interface WindowChoice {
  readonly window?: number | undefined;
  readonly bos?: WindowBos | undefined;
}

export interface CorpusReading extends WindowChoice {
  /** The `text` fields of a file with a document a row, in order; they need not be in memory. */
  documents(file: string): Promise<Documents>;
}

/** What is asked for comes first, then what the model's card says, then the protocol. */
export function windowOptions(opened: OpenedModel, options: WindowChoice, cardWindow?: number): WindowOptions {
  const window = options.window ?? cardWindow;
  const bos = options.bos ?? opened.card?.perplexity?.bos;
  return {
    tokenizer: opened.tokenizer,
    contextLength: opened.config.contextLength,
    ...(window === undefined ? {} : { window }),
    ...(bos === undefined ? {} : { bos }),
  };
}

/** Protocols know texts, not files; what is wrong with a text is said of its file. */
export function about<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isLinchpinError(error) ? problemIn(file, error) : error;
  }
}

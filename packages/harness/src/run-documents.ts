/** Runs the perplexity of windows that overlap on a variant, of a text or document by document, and turns it into a row. */
import { type DocumentScore, stridedPerplexity, type StridedResult } from '@linchpin/perplexity';
import { documentsApart } from './errors.ts';
import type { CorpusDocuments } from './open-corpus.ts';
import { type WindowChoice, windowOptions } from './named-corpus.ts';
import type { OpenedModel } from './open-model.ts';
import { type CorpusOutcome, type CorpusSettings, lengthInWords, scoreWindows, windowsRow } from './run-corpus.ts';
import type { Variant } from './variant.ts';

export interface StrideChoice extends WindowChoice {
  /** Tokens from the beginning of a window to that of the next; a whole window's when absent. */
  readonly stride?: number | undefined;
  /** Whether no window holds tokens of two documents. */
  readonly perDocument?: boolean | undefined;
}

export interface DocumentSettings extends CorpusSettings {
  readonly opened: OpenedModel;
  readonly choice: StrideChoice;
  readonly onDocument?: (score: DocumentScore) => void;
}

/** Throws where the documents of a corpus make no text, and are not to be scored by themselves. */
export function requireText({ name, text }: CorpusDocuments, { perDocument }: StrideChoice): void {
  if (text === undefined && perDocument !== true) throw documentsApart(name);
}

export async function runDocuments(
  variant: Variant,
  corpus: CorpusDocuments,
  { opened, choice, onDocument, ...settings }: DocumentSettings,
): Promise<CorpusOutcome> {
  requireText(corpus, choice);
  const { stride, perDocument = false } = choice;
  const documents = perDocument ? corpus.documents : [corpus.text!];
  const ways = {
    ...windowOptions(opened, choice),
    ...(stride === undefined ? {} : { stride }),
    ...(onDocument === undefined ? {} : { onDocument }),
  };
  const origin = { variant, corpus, facts: settings.facts };
  return await scoreWindows<StridedResult>(variant, corpus, settings, {
    mostWindows: Infinity,
    score: (options) => stridedPerplexity(variant.model, documents, { ...ways, ...options }),
    rowOf: (result, cost) => windowsRow(origin, { ...result, metric: metricOf(result, choice) }, cost),
    notesOf: (result) => [...corpus.notes, noteOf(corpus.name, result, perDocument)],
  });
}

/** The number is another one than that of disjoint windows over everything, and must not be compared with it. */
function metricOf({ stride }: StridedResult, choice: StrideChoice): string {
  const parts = [choice.perDocument ? 'documents' : '', choice.stride === undefined ? '' : `stride_${stride}`];
  return ['perplexity', ...parts.filter((part) => part !== '')].join('_');
}

function noteOf(name: string, result: StridedResult, perDocument: boolean): string {
  const { windows, stride, bos, skippedDocuments } = result;
  const apart = perDocument ? ', none over two documents' : '';
  const skipped = skippedDocuments > 0 ? ` ${skippedDocuments} documents have nothing to predict.` : '';
  return `${name}: ${windows} windows of up to ${lengthInWords(result)}, ${stride} apart${apart}; BOS ${bos}.${skipped}`;
}

/**
 * The text that activations are measured on before a model is quantized, as samples of token ids. SmoothQuant
 * (mit-han-lab/smoothquant, `calibration.py`) takes 512 documents of the Pile's validation split, shuffled, each cut to 512
 * tokens with the tokenizer's own BOS. Deviation: documents are taken in file order, and a plain text is cut into samples.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findDataset, miniFolder, selfGeneratedFile } from '@linchpin/datasets';
import { isLinchpinError, nearestNames } from '@linchpin/errors';
import {
  type CorpusFile,
  openCorpusFile,
  readWikitext,
  textWindows,
  wikitext2,
  type WindowOptions,
} from '@linchpin/perplexity';
import type { Tokenizer } from '@linchpin/plugin-api';
import { noSamples, unknownCalibration } from './errors.ts';

export interface CalibrationText {
  /** The file's name. */
  readonly name: string;
  readonly samples: readonly Int32Array[];
}

export interface CalibrationTextOptions {
  readonly tokenizer: Tokenizer;
  readonly contextLength: number;
  /** A name or a file; what goes with the data folder when absent. */
  readonly calibration?: string | undefined;
  /** Folder of the data files; the embedded sets when absent. */
  readonly datasets?: string | undefined;
  /** The file of the data set that `calibration` names, where it lies elsewhere. */
  readonly fetched?: string | undefined;
  /** Most samples, and most tokens of one. */
  readonly samples: number;
  readonly tokens: number;
}

/**
 * Texts of which nothing is scored, by name. That of the embedded sets was drawn from the mini model itself, as LLM-QAT does
 * (arXiv 2305.17888): of their own splits every one is scored.
 */
const texts: Readonly<Record<string, (folder: string) => string>> = {
  'wikitext2-train': (folder) => findDataset(folder, 'wikitext2_train').file,
  'wikitext2-validation': (folder) => findDataset(folder, 'wikitext2_validation').file,
  'self-generated': () => selfGeneratedFile,
};

/** The data set of the manifest that a text is, by its name; undefined for what is none. */
export function calibrationDataset(calibration: string | undefined): string | undefined {
  return calibration === 'wikitext2-train' || calibration === 'wikitext2-validation'
    ? calibration.replace('-', '_')
    : undefined;
}

/** The file of the text that is chosen, or that goes with the data folder; throws where there is none. */
export function calibrationFile({
  calibration,
  datasets,
  fetched,
}: Pick<CalibrationTextOptions, 'calibration' | 'datasets' | 'fetched'>): string {
  if (fetched !== undefined) return fetched;
  if (calibration === undefined) return datasets === undefined ? selfGeneratedFile : trainOrValidation(datasets);
  const known = Object.keys(texts);
  if (known.includes(calibration)) return texts[calibration]!(datasets ?? miniFolder);
  if (existsSync(calibration)) return calibration;
  throw unknownCalibration(calibration, nearestNames(calibration, known), known);
}

/** WikiText-2's train split, which seldom lies beside the test split, else its validation split. */
function trainOrValidation(datasets: string): string {
  try {
    return texts['wikitext2-train']!(datasets);
  } catch (error) {
    if (!isLinchpinError(error) || error.code !== 'datasets/not-found') throw error;
    return texts['wikitext2-validation']!(datasets);
  }
}

/** Reads and tokenises as much of the text as the samples take. */
export async function readCalibrationText(options: CalibrationTextOptions): Promise<CalibrationText> {
  const file = calibrationFile(options);
  const read = await openText(file, options);
  const samples = read.form === 'documents' ? documentSamples(read.documents, options) : textSamples(read, options);
  if (samples.length === 0) throw noSamples(file);
  return { name: basename(file), samples };
}

/** A table of WikiText holds the lines of one text, and no documents. */
async function openText(
  file: string,
  { calibration, datasets }: Pick<CalibrationTextOptions, 'calibration' | 'datasets'>,
): Promise<CorpusFile> {
  const read = await openCorpusFile(file);
  const isWikitext = calibration === undefined ? datasets !== undefined : calibrationDataset(calibration) !== undefined;
  if (!isWikitext || read.form !== 'documents') return read;
  return { form: 'text', text: (await readWikitext(file)).text };
}

/** Each document is a sample, cut where it is too long. */
function documentSamples(
  documents: readonly string[],
  { tokenizer, contextLength, samples, tokens }: CalibrationTextOptions,
): Int32Array[] {
  const most = Math.min(tokens, contextLength);
  const ids: Int32Array[] = [];
  for (const text of documents) {
    if (ids.length === samples) break;
    const document = Int32Array.from(tokenizer.encodeWithSpecialTokens(text).slice(0, most));
    if (document.length > 0) ids.push(document);
  }
  return ids;
}

/** Runs of a plain text, all equally long; each begins with a BOS where the tokenizer begins texts with one. */
function textSamples(
  { form, text }: Exclude<CorpusFile, { readonly form: 'documents' }>,
  { tokenizer, contextLength, samples, tokens }: CalibrationTextOptions,
): Int32Array[] {
  const options: WindowOptions = {
    tokenizer,
    contextLength,
    window: tokens,
    bos: tokenizer.addsBos ? 'every-window' : 'never',
  };
  const windows = form === 'wikitext' ? wikitext2(text, options) : textWindows(text, options);
  return windows.windows().take(samples).toArray();
}

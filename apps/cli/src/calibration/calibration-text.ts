/**
 * The text that activations are measured on before a model is quantized, as samples of token ids. SmoothQuant
 * (mit-han-lab/smoothquant, `calibration.py`) takes 512 documents of the Pile's validation split, shuffled, each cut to 512
 * tokens with the tokenizer's own BOS. Deviation: documents are taken in file order, and a plain text is cut into samples.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findDataset, miniFolder } from '@linchpin/datasets';
import { nearestNames } from '@linchpin/errors';
import {
  readCorpusFile,
  readDocuments,
  readTextFile,
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
  /** Most samples, and most tokens of one. */
  readonly samples: number;
  readonly tokens: number;
}

/** No test split that perplexities are computed of. */
const texts = {
  /** What the test split of WikiText-2 is not. */
  'wikitext2-validation': 'wikitext2_validation',
  /** The embedded sets have no validation text; the passages of LAMBADA are scored by no perplexity. */
  lambada: 'lambada_openai',
} as const;

/** The file of the text that is chosen, or that goes with the data folder; throws where there is none. */
export function calibrationFile({
  calibration,
  datasets,
}: Pick<CalibrationTextOptions, 'calibration' | 'datasets'>): string {
  const chosen = calibration ?? (datasets === undefined ? 'lambada' : 'wikitext2-validation');
  if (Object.hasOwn(texts, chosen))
    return findDataset(datasets ?? miniFolder, texts[chosen as keyof typeof texts]).file;
  if (existsSync(chosen)) return chosen;
  const known = Object.keys(texts);
  throw unknownCalibration(chosen, nearestNames(chosen, known), known);
}

/** Reads and tokenises as much of the text as the samples take. */
export async function readCalibrationText(options: CalibrationTextOptions): Promise<CalibrationText> {
  const file = calibrationFile(options);
  const samples = /\.jsonl?(\.gz)?$/u.test(file)
    ? await documentSamples(file, options)
    : await textSamples(file, options);
  if (samples.length === 0) throw noSamples(file);
  return { name: basename(file), samples };
}

/** Each document is a sample, cut where it is too long. */
async function documentSamples(
  file: string,
  { tokenizer, contextLength, samples, tokens }: CalibrationTextOptions,
): Promise<Int32Array[]> {
  const most = Math.min(tokens, contextLength);
  const ids: Int32Array[] = [];
  for (const text of await readDocuments(file)) {
    if (ids.length === samples) break;
    const document = Int32Array.from(tokenizer.encodeWithSpecialTokens(text).slice(0, most));
    if (document.length > 0) ids.push(document);
  }
  return ids;
}

/** Runs of a plain text, all equally long; each begins with a BOS where the tokenizer begins texts with one. */
async function textSamples(
  file: string,
  { tokenizer, contextLength, samples, tokens }: CalibrationTextOptions,
): Promise<Int32Array[]> {
  const options: WindowOptions = {
    tokenizer,
    contextLength,
    window: tokens,
    bos: tokenizer.addsBos ? 'every-window' : 'never',
  };
  const text = file.endsWith('.raw')
    ? wikitext2(await readTextFile(file), options)
    : textWindows(await readCorpusFile(file), options);
  return text.windows().take(samples).toArray();
}

/**
 * Running text as a task, so that it can be scored by any program that knows WinoGrande: its scoring puts one of two
 * words before a text and reads every token behind it. Nothing is shared between the two when no BOS is put in front, so
 * that the work is that of a perplexity: windows of which every token is scored.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tokenizer } from '@linchpin/plugin-api';

export const denseTask = 'winogrande';

/** Words that stand before every text; a tokenizer begins each with another token. */
const beginnings = ['One', 'Two'] as const;

/** Tokens that the beginning may take, and what the tokenizer may put in front. */
const reserve = 8;

export interface DensePieces {
  readonly text: string;
  readonly tokenizer: Tokenizer;
  /** Longest request in tokens. */
  readonly window: number;
  /** Two requests each. */
  readonly pieces: number;
}

/** Writes the rows into a folder that is read as one of data sets. */
export async function writeDensePieces(folder: string, options: DensePieces): Promise<void> {
  const rows = cutPieces(options).map((piece) => ({
    sentence: `_ ${piece}`,
    option1: beginnings[0],
    option2: beginnings[1],
    answer: '1',
  }));
  const file = join(folder, 'winogrande_xl', 'validation.jsonl');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Runs of words, each as long as fits in the window; fewer than asked for where the text ends. */
export function cutPieces({ text, tokenizer, window, pieces }: DensePieces): string[] {
  const words = text.split(/[\s_]+/).filter((word) => word !== '');
  const cut: string[] = [];
  for (let first = 0; cut.length < pieces && first < words.length;) {
    const length = longestRun(words, first, (piece) => tokenizer.encode(piece).length <= window - reserve);
    cut.push(words.slice(first, first + length).join(' '));
    first += length;
  }
  return cut;
}

/** Words of the longest run that fits, by bisection; at least one. */
function longestRun(words: readonly string[], first: number, fits: (piece: string) => boolean): number {
  let low = 1;
  let high = 2;
  const runFits = (length: number): boolean =>
    first + length <= words.length && fits(words.slice(first, first + length).join(' '));
  while (runFits(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (runFits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

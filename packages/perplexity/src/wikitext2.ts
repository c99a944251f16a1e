/**
 * WikiText-2 in the papers' protocol (IST-DASLab/gptq `datautils.py` and `llama.py`; OmniQuant `main.py`): the test
 * split as one text, tokenised once, disjoint windows of 2048 tokens. Deviation: GPTQ uses transformers' slow LLaMA
 * tokenizer, we tokenizer.json; the count of 341 469 ids is the same.
 */
import { consecutiveWindows } from './consecutive-windows.ts';
import { textOfFile, type TextReading } from './text-reading.ts';
import { layOutWindows, type WindowOptions } from './window-layout.ts';
import type { WindowedText } from './windowed-text.ts';

export interface Wikitext2Options extends WindowOptions {
  /** How the file is read; `wikitext-rows` when absent. */
  readonly text?: TextReading;
}

/** `file` is the content of `wiki.test.raw` or of a file like it. */
export function wikitext2(file: string, options: Wikitext2Options): WindowedText {
  return consecutiveWindows(textOfFile(file, options.text ?? 'wikitext-rows'), layOutWindows(options));
}

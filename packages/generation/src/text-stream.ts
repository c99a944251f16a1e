/**
 * Ids to text while they come. A character of several bytes may be spread over several tokens, and a decoder shows the
 * bytes of an unfinished one as U+FFFD: such text is held back until the next token, or the end, settles it. Only the
 * last tokens are decoded again for each new one. Deviation from decoding the whole at once: bytes that turn out to be
 * no character, behind a whole one in the same run of bytes, do not take back what was shown.
 */
import type { Tokenizer } from '@linchpin/plugin-api';

export class TextStream {
  readonly #tokenizer: Tokenizer;
  /** The tokens shown last, or the prompt, and those behind them that are held back. */
  #ids: readonly number[];
  /** How many of `#ids` are shown, and their text. */
  #shown: number;
  #shownText: string;

  /** `prompt` is what the text follows: whether a first word begins with a space depends on it. */
  constructor(tokenizer: Tokenizer, prompt: readonly number[]) {
    this.#tokenizer = tokenizer;
    this.#ids = prompt;
    this.#shown = prompt.length;
    this.#shownText = this.#decode(prompt);
  }

  /** The text that a token adds; empty while it holds no whole character. */
  push(id: number): string {
    this.#ids = [...this.#ids, id];
    const text = this.#decode(this.#ids);
    return text.endsWith('\u{fffd}') ? '' : this.#show(text);
  }

  /** The text that was held back. */
  end(): string {
    return this.#show(this.#decode(this.#ids));
  }

  #show(text: string): string {
    const added = text.slice(this.#shownText.length);
    if (added === '') return '';
    this.#ids = this.#ids.slice(this.#shown);
    this.#shown = this.#ids.length;
    this.#shownText = this.#decode(this.#ids);
    return added;
  }

  #decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids, { skipSpecialTokens: true });
  }
}
